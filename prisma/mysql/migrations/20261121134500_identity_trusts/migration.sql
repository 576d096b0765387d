CREATE TABLE `identity_trusts` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `robot_id` INTEGER NOT NULL,
  `name` VARCHAR(255) NOT NULL,
  `issuer` VARCHAR(255) NOT NULL,
  `audience` VARCHAR(255) NOT NULL,
  `claims` JSON NOT NULL,
  `ca_pem` TEXT NULL,
  `disabled` BOOLEAN NOT NULL DEFAULT false,
  `last_used_at` DATETIME(3) NULL,
  `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `updated_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `identity_trusts_issuer_audience_idx` (`issuer`, `audience`),
  UNIQUE INDEX `identity_trusts_robot_id_name_key` (`robot_id`, `name`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `spent_identity_tokens` (
  `id` CHAR(64) NOT NULL,
  `expires_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `spent_identity_tokens_expires_at_idx` (`expires_at`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `identity_trusts` ADD CONSTRAINT `identity_trusts_robot_id_fkey` FOREIGN KEY (`robot_id`) REFERENCES `robots` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
