CREATE TABLE `immutable_rules` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `project_id` INTEGER NOT NULL,
  `disabled` BOOLEAN NOT NULL DEFAULT false,
  `tag_decoration` VARCHAR(16) NOT NULL,
  `tag_pattern` VARCHAR(255) NOT NULL,
  `repository_decoration` VARCHAR(16) NOT NULL,
  `repository_pattern` VARCHAR(255) NOT NULL,
  `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`id`),
  UNIQUE INDEX `immutable_rules_selectors_key` (`project_id`, `tag_decoration`, `tag_pattern`, `repository_decoration`, `repository_pattern`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `labels` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `project_id` INTEGER NULL,
  `space` INTEGER NOT NULL,
  `name` VARCHAR(128) NOT NULL,
  `description` VARCHAR(1024) NOT NULL DEFAULT '',
  `color` VARCHAR(16) NOT NULL DEFAULT '',
  `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `updated_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `labels_project_id_idx` (`project_id`),
  UNIQUE INDEX `labels_space_name_key` (`space`, `name`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `artifact_labels` (
  `artifact_id` INTEGER NOT NULL,
  `label_id` INTEGER NOT NULL,
  PRIMARY KEY (`artifact_id`, `label_id`),
  INDEX `artifact_labels_label_id_artifact_id_idx` (`label_id`, `artifact_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `immutable_rules` ADD CONSTRAINT `immutable_rules_project_id_fkey` FOREIGN KEY (`project_id`) REFERENCES `projects` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `labels` ADD CONSTRAINT `labels_project_id_fkey` FOREIGN KEY (`project_id`) REFERENCES `projects` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `artifact_labels` ADD CONSTRAINT `artifact_labels_artifact_id_fkey` FOREIGN KEY (`artifact_id`) REFERENCES `artifacts` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `artifact_labels` ADD CONSTRAINT `artifact_labels_label_id_fkey` FOREIGN KEY (`label_id`) REFERENCES `labels` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
