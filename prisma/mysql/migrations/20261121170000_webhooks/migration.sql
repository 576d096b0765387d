CREATE TABLE `webhook_policies` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `project_id` INTEGER NOT NULL,
  `name` VARCHAR(255) NOT NULL,
  `description` VARCHAR(1024) NOT NULL DEFAULT '',
  `enabled` BOOLEAN NOT NULL DEFAULT true,
  `event_types` JSON NOT NULL,
  `targets` JSON NOT NULL,
  `repository_filter` VARCHAR(255) NOT NULL DEFAULT '',
  `tag_filter` VARCHAR(255) NOT NULL DEFAULT '',
  `secret` VARCHAR(512) NULL,
  `previous_secret` VARCHAR(512) NULL,
  `previous_secret_until` DATETIME(3) NULL,
  `dead_in_row` INTEGER NOT NULL DEFAULT 0,
  `disabled_reason` VARCHAR(255) NOT NULL DEFAULT '',
  `last_triggers` JSON NOT NULL,
  `creator_name` VARCHAR(255) NOT NULL,
  `created_at` DATETIME(3) NOT NULL,
  `updated_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `webhook_policies_project_id_name_key` (`project_id`, `name`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `webhook_deliveries` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `policy_id` INTEGER NOT NULL,
  `execution_id` BIGINT NOT NULL,
  `task_id` BIGINT NOT NULL,
  `uid` CHAR(36) NOT NULL,
  `event_type` VARCHAR(32) NOT NULL,
  `target` INTEGER NOT NULL,
  `host` VARCHAR(300) NOT NULL,
  `subject` VARCHAR(512) NOT NULL,
  `order_key` CHAR(64) NOT NULL,
  `body` TEXT NOT NULL,
  `status` VARCHAR(16) NOT NULL,
  `run` INTEGER NOT NULL DEFAULT 0,
  `attempts` INTEGER NOT NULL DEFAULT 0,
  `due_at` DATETIME(3) NULL,
  `answer` JSON NULL,
  `created_at` DATETIME(3) NOT NULL,
  `finished_at` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `webhook_deliveries_task_id_key` (`task_id`),
  INDEX `webhook_deliveries_due_at_id_idx` (`due_at`, `id`),
  INDEX `webhook_deliveries_order_key_status_id_idx` (`order_key`, `status`, `id`),
  INDEX `webhook_deliveries_policy_id_status_id_idx` (`policy_id`, `status`, `id`),
  INDEX `webhook_deliveries_policy_id_id_idx` (`policy_id`, `id`),
  INDEX `webhook_deliveries_execution_id_idx` (`execution_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `webhook_policies` ADD CONSTRAINT `webhook_policies_project_id_fkey` FOREIGN KEY (`project_id`) REFERENCES `projects` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `webhook_deliveries` ADD CONSTRAINT `webhook_deliveries_policy_id_fkey` FOREIGN KEY (`policy_id`) REFERENCES `webhook_policies` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `webhook_deliveries` ADD CONSTRAINT `webhook_deliveries_execution_id_fkey` FOREIGN KEY (`execution_id`) REFERENCES `executions` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
