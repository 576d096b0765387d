CREATE TABLE `repository_days` (
  `day` INTEGER NOT NULL,
  `repository_id` INTEGER NOT NULL,
  `project_id` INTEGER NOT NULL,
  `pulls` BIGINT NOT NULL DEFAULT 0,
  `pushes` BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`day`, `repository_id`),
  INDEX `repository_days_repository_id_day_idx` (`repository_id`, `day`),
  INDEX `repository_days_project_id_day_idx` (`project_id`, `day`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `tag_days` (
  `repository_id` INTEGER NOT NULL,
  `day` INTEGER NOT NULL,
  `tag` VARCHAR(128) NOT NULL,
  `pulls` BIGINT NOT NULL DEFAULT 0,
  `pushes` BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`repository_id`, `day`, `tag`),
  INDEX `tag_days_day_idx` (`day`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `project_days` (
  `project_id` INTEGER NOT NULL,
  `day` INTEGER NOT NULL,
  `pulls` BIGINT NOT NULL DEFAULT 0,
  `pushes` BIGINT NOT NULL DEFAULT 0,
  `storage_bytes` BIGINT NULL,
  PRIMARY KEY (`project_id`, `day`),
  INDEX `project_days_day_idx` (`day`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
