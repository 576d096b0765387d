CREATE TABLE `registry_events` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `event_id` VARCHAR(64) NOT NULL,
  `action` VARCHAR(16) NOT NULL,
  `repository` VARCHAR(255) NOT NULL,
  `digest` VARCHAR(135) NULL,
  `tag` VARCHAR(128) NULL,
  `actor` VARCHAR(255) NOT NULL DEFAULT '',
  `at` DATETIME(3) NOT NULL,
  `received_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `attempts` INTEGER NOT NULL DEFAULT 0,
  `error` VARCHAR(500) NULL,
  `due_at` DATETIME(3) NULL,
  `processed_at` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  INDEX `registry_events_due_at_id_idx` (`due_at`, `id`),
  INDEX `registry_events_processed_at_idx` (`processed_at`),
  UNIQUE INDEX `registry_events_event_id_key` (`event_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
