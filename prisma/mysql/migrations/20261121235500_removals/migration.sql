CREATE TABLE `removals` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `kind` VARCHAR(16) NOT NULL,
  `repository` VARCHAR(255) NOT NULL,
  `digest` VARCHAR(135) NULL,
  `tag` VARCHAR(128) NULL,
  `project_id` INTEGER NOT NULL,
  `actor` JSON NOT NULL,
  `origin` JSON NOT NULL,
  `at` DATETIME(3) NOT NULL,
  `failed` BOOLEAN NOT NULL DEFAULT false,
  PRIMARY KEY (`id`),
  INDEX `removals_at_idx` (`at`),
  INDEX `removals_repository_idx` (`repository`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Those of blobs that a process left behind are settled by the new table's job.
INSERT INTO `removals` (`kind`, `repository`, `digest`, `project_id`, `actor`, `origin`, `at`)
  SELECT 'blob', `repository`, `digest`, `project_id`, `actor`, `origin`, `at` FROM `blob_removals` ORDER BY `id`;

DROP TABLE `blob_removals`;
