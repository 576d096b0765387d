CREATE TABLE `activities` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `at` DATETIME(3) NOT NULL,
  `type` VARCHAR(64) NOT NULL,
  `project_id` INTEGER NOT NULL,
  `name` VARCHAR(512) NOT NULL,
  `tag` VARCHAR(128) NULL,
  `digest` VARCHAR(135) NULL,
  `actor_kind` VARCHAR(16) NOT NULL,
  `actor_name` VARCHAR(255) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `activities_project_id_id_idx` (`project_id`, `id`),
  INDEX `activities_at_idx` (`at`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
