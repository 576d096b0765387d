ALTER TABLE `users` ADD COLUMN `second_factor` BOOLEAN NOT NULL DEFAULT false;

CREATE TABLE `second_factors` (
  `user_id` INTEGER NOT NULL,
  `secret_encrypted` VARCHAR(255) NOT NULL,
  `confirmed_at` DATETIME(3) NULL,
  `last_step` INTEGER NOT NULL DEFAULT 0,
  `failures` INTEGER NOT NULL DEFAULT 0,
  `blocked_until` DATETIME(3) NULL,
  `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`user_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `recovery_codes` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `user_id` INTEGER NOT NULL,
  `code_hash` VARCHAR(64) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `recovery_codes_user_id_code_hash_key` (`user_id`, `code_hash`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `second_factors` ADD CONSTRAINT `second_factors_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `recovery_codes` ADD CONSTRAINT `recovery_codes_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
