CREATE TABLE `replication_transfers` (
  `task_id` BIGINT NOT NULL,
  `execution_id` BIGINT NOT NULL,
  `policy_id` INTEGER NOT NULL,
  `kind` VARCHAR(16) NOT NULL,
  `registry_id` INTEGER NOT NULL,
  `direction` VARCHAR(8) NOT NULL,
  `source` VARCHAR(255) NOT NULL DEFAULT '',
  `target` VARCHAR(255) NOT NULL DEFAULT '',
  `digest` VARCHAR(135) NOT NULL DEFAULT '',
  `tags` JSON NOT NULL,
  `size_bytes` BIGINT NOT NULL DEFAULT 0,
  `done_bytes` BIGINT NOT NULL DEFAULT 0,
  `is_big` BOOLEAN NOT NULL DEFAULT false,
  `attempts` INTEGER NOT NULL DEFAULT 0,
  `due_at` DATETIME(3) NULL,
  `created_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`task_id`),
  INDEX `replication_transfers_registry_id_policy_id_due_at_idx` (`registry_id`, `policy_id`, `due_at`),
  INDEX `replication_transfers_execution_id_source_idx` (`execution_id`, `source`),
  INDEX `replication_transfers_due_at_idx` (`due_at`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `replication_transfers` ADD CONSTRAINT `replication_transfers_task_id_fkey` FOREIGN KEY (`task_id`) REFERENCES `tasks` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
