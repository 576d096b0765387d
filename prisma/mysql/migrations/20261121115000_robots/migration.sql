CREATE TABLE `robots` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `project_id` INTEGER NULL,
  `name` VARCHAR(255) NOT NULL,
  `description` VARCHAR(1024) NOT NULL DEFAULT '',
  `secret_hash` VARCHAR(255) NOT NULL,
  `secret_epoch` INTEGER NOT NULL DEFAULT 0,
  `disabled` BOOLEAN NOT NULL DEFAULT false,
  `duration_days` INTEGER NOT NULL,
  `expires_at` DATETIME(3) NULL,
  `creator_type` VARCHAR(16) NOT NULL,
  `creator_id` INTEGER NOT NULL,
  `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `updated_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `robots_name_key` (`name`),
  INDEX `robots_project_id_idx` (`project_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `robot_permissions` (
  `robot_id` INTEGER NOT NULL,
  `space` INTEGER NOT NULL,
  `resource` VARCHAR(64) NOT NULL,
  `action` VARCHAR(32) NOT NULL,
  `project_id` INTEGER NULL,
  PRIMARY KEY (`robot_id`, `space`, `resource`, `action`),
  INDEX `robot_permissions_project_id_idx` (`project_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `robots` ADD CONSTRAINT `robots_project_id_fkey` FOREIGN KEY (`project_id`) REFERENCES `projects` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `robot_permissions` ADD CONSTRAINT `robot_permissions_robot_id_fkey` FOREIGN KEY (`robot_id`) REFERENCES `robots` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `robot_permissions` ADD CONSTRAINT `robot_permissions_project_id_fkey` FOREIGN KEY (`project_id`) REFERENCES `projects` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
