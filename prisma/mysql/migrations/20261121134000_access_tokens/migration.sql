CREATE TABLE `access_tokens` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `user_id` INTEGER NOT NULL,
  `name` VARCHAR(64) NOT NULL,
  `secret_hash` VARCHAR(64) NOT NULL,
  `scopes` VARCHAR(64) NOT NULL,
  `all_projects` BOOLEAN NOT NULL,
  `expires_at` DATETIME(3) NULL,
  `last_used_at` DATETIME(3) NULL,
  `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`id`),
  UNIQUE INDEX `access_tokens_secret_hash_key` (`secret_hash`),
  UNIQUE INDEX `access_tokens_user_id_name_key` (`user_id`, `name`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `access_token_projects` (
  `token_id` INTEGER NOT NULL,
  `project_id` INTEGER NOT NULL,
  PRIMARY KEY (`token_id`, `project_id`),
  INDEX `access_token_projects_project_id_idx` (`project_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `access_tokens` ADD CONSTRAINT `access_tokens_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `access_token_projects` ADD CONSTRAINT `access_token_projects_token_id_fkey` FOREIGN KEY (`token_id`) REFERENCES `access_tokens` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `access_token_projects` ADD CONSTRAINT `access_token_projects_project_id_fkey` FOREIGN KEY (`project_id`) REFERENCES `projects` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
