ALTER TABLE `robots` ADD COLUMN `last_used_at` DATETIME(3) NULL;

CREATE TABLE `audit_lines` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `at` DATETIME(3) NOT NULL,
  `actor_kind` VARCHAR(16) NOT NULL,
  `actor_id` INTEGER NULL,
  `actor_name` VARCHAR(255) NOT NULL,
  `credential` VARCHAR(32) NOT NULL DEFAULT '',
  `address` VARCHAR(64) NOT NULL DEFAULT '',
  `user_agent` VARCHAR(255) NOT NULL DEFAULT '',
  `request_id` VARCHAR(128) NOT NULL DEFAULT '',
  `action` VARCHAR(32) NOT NULL,
  `resource_type` VARCHAR(32) NOT NULL,
  `resource` VARCHAR(512) NOT NULL,
  `project_id` INTEGER NULL,
  `result` VARCHAR(8) NOT NULL DEFAULT 'ok',
  `times` INTEGER NOT NULL DEFAULT 1,
  `detail` JSON NULL,
  PRIMARY KEY (`id`),
  INDEX `audit_lines_at_id_idx` (`at`, `id`),
  INDEX `audit_lines_project_id_at_id_idx` (`project_id`, `at`, `id`),
  INDEX `audit_lines_actor_name_at_id_idx` (`actor_name`, `at`, `id`),
  INDEX `audit_lines_resource_type_action_at_id_idx` (`resource_type`, `action`, `at`, `id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
