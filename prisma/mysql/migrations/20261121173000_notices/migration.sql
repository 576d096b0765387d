CREATE TABLE `notices` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `user_id` INTEGER NOT NULL,
  `kind` VARCHAR(32) NOT NULL,
  `audience` VARCHAR(16) NOT NULL,
  `subject_key` VARCHAR(128) NOT NULL,
  `project_id` INTEGER NULL,
  `facts` JSON NOT NULL,
  `created_at` DATETIME(3) NOT NULL,
  `read_at` DATETIME(3) NULL,
  `hidden` BOOLEAN NOT NULL DEFAULT false,
  `mail_due_at` DATETIME(3) NULL,
  `mail_attempts` INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `notices_user_id_subject_key_key` (`user_id`, `subject_key`),
  INDEX `notices_user_id_id_idx` (`user_id`, `id`),
  INDEX `notices_project_id_idx` (`project_id`),
  INDEX `notices_created_at_idx` (`created_at`),
  INDEX `notices_mail_due_at_idx` (`mail_due_at`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `notice_preferences` (
  `user_id` INTEGER NOT NULL,
  `kinds` JSON NOT NULL,
  `language` VARCHAR(8) NOT NULL,
  `updated_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`user_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `notices` ADD CONSTRAINT `notices_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `notices` ADD CONSTRAINT `notices_project_id_fkey` FOREIGN KEY (`project_id`) REFERENCES `projects` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `notice_preferences` ADD CONSTRAINT `notice_preferences_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
