CREATE TABLE `directory_accounts` (
  `user_id` INTEGER NOT NULL,
  `external_id` VARCHAR(255) NOT NULL,
  `dn` TEXT NOT NULL,
  `ended_at` DATETIME(3) NULL,
  `missing_since` DATETIME(3) NULL,
  `looked_at` DATETIME(3) NOT NULL,
  `next_look_at` DATETIME(3) NOT NULL,
  `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`user_id`),
  UNIQUE INDEX `directory_accounts_external_id_key` (`external_id`),
  INDEX `directory_accounts_next_look_at_idx` (`next_look_at`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `directory_accounts` ADD CONSTRAINT `directory_accounts_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
