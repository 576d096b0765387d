CREATE TABLE `blob_removals` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `repository` VARCHAR(255) NOT NULL,
  `digest` VARCHAR(135) NOT NULL,
  `project_id` INTEGER NOT NULL,
  `actor` JSON NOT NULL,
  `origin` JSON NOT NULL,
  `at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `blob_removals_at_idx` (`at`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
