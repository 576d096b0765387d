ALTER TABLE `heartbeats` ADD COLUMN `started_at` DATETIME(3) NULL,
    ADD COLUMN `pid` INTEGER NULL,
    ADD COLUMN `concurrency` INTEGER NULL;

ALTER TABLE `tasks` ADD COLUMN `worker` VARCHAR(128) NULL;

CREATE TABLE `job_queues` (
  `job_type` VARCHAR(32) NOT NULL,
  `paused` BOOLEAN NOT NULL,
  `updated_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`job_type`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
