CREATE TABLE `registry_walks` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `kind` VARCHAR(16) NOT NULL,
  `status` VARCHAR(16) NOT NULL,
  `options` JSON NOT NULL,
  `cursor_json` TEXT NOT NULL,
  `counts` JSON NOT NULL,
  `error` VARCHAR(1000) NOT NULL DEFAULT '',
  `runner` VARCHAR(64) NOT NULL DEFAULT '',
  `created_by` INTEGER NULL,
  `created_at` DATETIME(3) NOT NULL,
  `started_at` DATETIME(3) NULL,
  `beat_at` DATETIME(3) NULL,
  `finished_at` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  INDEX `registry_walks_kind_status_idx` (`kind`, `status`),
  INDEX `registry_walks_created_by_idx` (`created_by`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `registry_findings` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `walk_id` INTEGER NOT NULL,
  `kind` VARCHAR(32) NOT NULL,
  `repository` VARCHAR(300) NOT NULL,
  `reference` VARCHAR(300) NOT NULL,
  `detail` VARCHAR(1000) NOT NULL,
  `mended` BOOLEAN NOT NULL,
  `at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `registry_findings_walk_id_id_idx` (`walk_id`, `id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `registry_proposals` (
  `walk_id` INTEGER NOT NULL,
  `project` VARCHAR(255) NOT NULL,
  `repositories` INTEGER NOT NULL,
  `tags` INTEGER NOT NULL,
  PRIMARY KEY (`walk_id`, `project`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `registry_walk_names` (
  `walk_id` INTEGER NOT NULL,
  `repository` VARCHAR(255) NOT NULL,
  `name` VARCHAR(255) NOT NULL,
  PRIMARY KEY (`walk_id`, `repository`, `name`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `registry_walks` ADD CONSTRAINT `registry_walks_created_by_fkey` FOREIGN KEY (`created_by`) REFERENCES `users` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE `registry_findings` ADD CONSTRAINT `registry_findings_walk_id_fkey` FOREIGN KEY (`walk_id`) REFERENCES `registry_walks` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `registry_proposals` ADD CONSTRAINT `registry_proposals_walk_id_fkey` FOREIGN KEY (`walk_id`) REFERENCES `registry_walks` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `registry_walk_names` ADD CONSTRAINT `registry_walk_names_walk_id_fkey` FOREIGN KEY (`walk_id`) REFERENCES `registry_walks` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
