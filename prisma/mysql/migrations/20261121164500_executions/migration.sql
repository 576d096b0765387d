CREATE TABLE `executions` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `vendor_type` VARCHAR(32) NOT NULL,
  `vendor_id` INTEGER NOT NULL,
  `trigger_kind` VARCHAR(16) NOT NULL,
  `status` VARCHAR(16) NOT NULL,
  `status_message` VARCHAR(1000) NOT NULL DEFAULT '',
  `extra_attrs` JSON NOT NULL,
  `started_at` DATETIME(3) NOT NULL,
  `stop_asked_at` DATETIME(3) NULL,
  `ended_at` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  INDEX `executions_vendor_type_vendor_id_id_idx` (`vendor_type`, `vendor_id`, `id`),
  INDEX `executions_vendor_type_status_id_idx` (`vendor_type`, `status`, `id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `tasks` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `execution_id` BIGINT NOT NULL,
  `vendor_type` VARCHAR(32) NOT NULL,
  `status` VARCHAR(16) NOT NULL,
  `status_message` VARCHAR(1000) NOT NULL DEFAULT '',
  `run_count` INTEGER NOT NULL DEFAULT 0,
  `extra_attrs` JSON NOT NULL,
  `lease_until` DATETIME(3) NULL,
  `log` TEXT NOT NULL,
  `created_at` DATETIME(3) NOT NULL,
  `started_at` DATETIME(3) NULL,
  `updated_at` DATETIME(3) NOT NULL,
  `ended_at` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  INDEX `tasks_execution_id_id_idx` (`execution_id`, `id`),
  INDEX `tasks_execution_id_status_idx` (`execution_id`, `status`),
  INDEX `tasks_vendor_type_status_id_idx` (`vendor_type`, `status`, `id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `tasks` ADD CONSTRAINT `tasks_execution_id_fkey` FOREIGN KEY (`execution_id`) REFERENCES `executions` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
