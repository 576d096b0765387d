CREATE TABLE `events` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `at` DATETIME(3) NOT NULL,
  `type` VARCHAR(64) NOT NULL,
  `project_id` INTEGER NULL,
  `subject` VARCHAR(512) NOT NULL,
  `actor_kind` VARCHAR(16) NOT NULL,
  `actor_id` INTEGER NULL,
  `actor_name` VARCHAR(255) NOT NULL,
  `request_id` VARCHAR(128) NOT NULL DEFAULT '',
  `payload` JSON NOT NULL,
  PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `event_failures` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `subscriber` VARCHAR(64) NOT NULL,
  `event_id` BIGINT NOT NULL,
  `at` DATETIME(3) NOT NULL,
  `type` VARCHAR(64) NOT NULL,
  `project_id` INTEGER NULL,
  `subject` VARCHAR(512) NOT NULL,
  `actor_kind` VARCHAR(16) NOT NULL,
  `actor_id` INTEGER NULL,
  `actor_name` VARCHAR(255) NOT NULL,
  `request_id` VARCHAR(128) NOT NULL DEFAULT '',
  `payload` JSON NOT NULL,
  `attempts` INTEGER NOT NULL DEFAULT 0,
  `error` VARCHAR(500) NOT NULL DEFAULT '',
  `failed_at` DATETIME(3) NOT NULL,
  `due_at` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  INDEX `event_failures_subscriber_subject_id_idx` (`subscriber`, `subject`, `id`),
  INDEX `event_failures_due_at_id_idx` (`due_at`, `id`),
  UNIQUE INDEX `event_failures_subscriber_event_id_key` (`subscriber`, `event_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
