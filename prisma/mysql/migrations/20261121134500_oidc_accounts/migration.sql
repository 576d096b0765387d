CREATE TABLE `oidc_accounts` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `user_id` INTEGER NOT NULL,
  `identity_key` VARCHAR(64) NOT NULL,
  `issuer` VARCHAR(2048) NOT NULL,
  `subject` VARCHAR(255) NOT NULL,
  `refresh_token` TEXT NULL,
  `cli_secret_hash` VARCHAR(255) NULL,
  `cli_secret_epoch` INTEGER NOT NULL DEFAULT 0,
  `proven_at` DATETIME(3) NOT NULL,
  `checked_at` DATETIME(3) NOT NULL,
  `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `updated_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `oidc_accounts_user_id_key` (`user_id`),
  UNIQUE INDEX `oidc_accounts_identity_key_key` (`identity_key`),
  INDEX `oidc_accounts_checked_at_idx` (`checked_at`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `oidc_newcomers` (
  `id` VARCHAR(64) NOT NULL,
  `payload` TEXT NOT NULL,
  `expires_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `oidc_newcomers_expires_at_idx` (`expires_at`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `oidc_sessions` (
  `session_id` VARCHAR(64) NOT NULL,
  `id_token` TEXT NOT NULL,
  PRIMARY KEY (`session_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `oidc_accounts` ADD CONSTRAINT `oidc_accounts_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `oidc_sessions` ADD CONSTRAINT `oidc_sessions_session_id_fkey` FOREIGN KEY (`session_id`) REFERENCES `sessions` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
