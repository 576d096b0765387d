CREATE TABLE `artifacts` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `project_id` INTEGER NOT NULL,
  `repository_id` INTEGER NOT NULL,
  `digest` VARCHAR(135) NOT NULL,
  `type` VARCHAR(64) NOT NULL,
  `media_type` VARCHAR(255) NOT NULL,
  `manifest_media_type` VARCHAR(255) NOT NULL,
  `artifact_type` VARCHAR(255) NOT NULL DEFAULT '',
  `subject_digest` VARCHAR(135) NULL,
  `manifest_size_bytes` INTEGER NOT NULL,
  `size_bytes` BIGINT NOT NULL,
  `annotations` JSON NOT NULL,
  `extra_attrs` JSON NOT NULL,
  `listed` BOOLEAN NOT NULL DEFAULT true,
  `pull_count` INTEGER NOT NULL DEFAULT 0,
  `pushed_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `pulled_at` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  INDEX `artifacts_repository_id_listed_pushed_at_id_idx` (`repository_id`, `listed`, `pushed_at`, `id`),
  INDEX `artifacts_repository_id_subject_digest_idx` (`repository_id`, `subject_digest`),
  INDEX `artifacts_project_id_pushed_at_id_idx` (`project_id`, `pushed_at`, `id`),
  UNIQUE INDEX `artifacts_repository_id_digest_key` (`repository_id`, `digest`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `artifact_references` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `parent_id` INTEGER NOT NULL,
  `child_id` INTEGER NOT NULL,
  `position` INTEGER NOT NULL,
  `child_digest` VARCHAR(135) NOT NULL,
  `os` VARCHAR(64) NOT NULL DEFAULT '',
  `architecture` VARCHAR(64) NOT NULL DEFAULT '',
  `variant` VARCHAR(64) NOT NULL DEFAULT '',
  `os_version` VARCHAR(64) NOT NULL DEFAULT '',
  `annotations` JSON NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `artifact_references_child_id_idx` (`child_id`),
  UNIQUE INDEX `artifact_references_parent_id_position_key` (`parent_id`, `position`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `blobs` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `digest` VARCHAR(135) NOT NULL,
  `size_bytes` BIGINT NOT NULL,
  `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`id`),
  UNIQUE INDEX `blobs_digest_key` (`digest`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `artifact_blobs` (
  `artifact_id` INTEGER NOT NULL,
  `position` INTEGER NOT NULL,
  `blob_id` INTEGER NOT NULL,
  `media_type` VARCHAR(255) NOT NULL,
  PRIMARY KEY (`artifact_id`, `position`),
  INDEX `artifact_blobs_blob_id_idx` (`blob_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `members` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `project_id` INTEGER NOT NULL,
  `user_id` INTEGER NOT NULL,
  `role_id` INTEGER NOT NULL,
  `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `updated_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `members_user_id_idx` (`user_id`),
  UNIQUE INDEX `members_project_id_user_id_key` (`project_id`, `user_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `projects` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `name` VARCHAR(255) NOT NULL,
  `owner_id` INTEGER NULL,
  `public` BOOLEAN NOT NULL DEFAULT false,
  `repository_count` INTEGER NOT NULL DEFAULT 0,
  `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `updated_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `projects_name_key` (`name`),
  INDEX `projects_public_idx` (`public`),
  INDEX `projects_owner_id_idx` (`owner_id`),
  INDEX `projects_created_at_id_idx` (`created_at`, `id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `project_metadata` (
  `project_id` INTEGER NOT NULL,
  `name` VARCHAR(255) NOT NULL,
  `value` VARCHAR(255) NOT NULL,
  PRIMARY KEY (`project_id`, `name`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `repositories` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `project_id` INTEGER NOT NULL,
  `name` VARCHAR(255) NOT NULL,
  `description` TEXT NOT NULL,
  `pull_count` INTEGER NOT NULL DEFAULT 0,
  `artifact_count` INTEGER NOT NULL DEFAULT 0,
  `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `updated_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `repositories_name_key` (`name`),
  INDEX `repositories_project_id_created_at_id_idx` (`project_id`, `created_at`, `id`),
  INDEX `repositories_project_id_name_idx` (`project_id`, `name`),
  INDEX `repositories_created_at_id_idx` (`created_at`, `id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `sessions` (
  `id` VARCHAR(64) NOT NULL,
  `user_id` INTEGER NOT NULL,
  `credential_epoch` INTEGER NOT NULL,
  `address` VARCHAR(64) NOT NULL DEFAULT '',
  `user_agent` VARCHAR(512) NOT NULL DEFAULT '',
  `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `last_seen_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `expires_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `sessions_user_id_idx` (`user_id`),
  INDEX `sessions_expires_at_idx` (`expires_at`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `signing_keys` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `kid` VARCHAR(64) NOT NULL,
  `private_key_encrypted` TEXT NOT NULL,
  `certificate_pem` TEXT NOT NULL,
  `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `retired_at` DATETIME(3) NULL,
  `expires_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `signing_keys_kid_key` (`kid`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `system_properties` (
  `name` VARCHAR(128) NOT NULL,
  `value` JSON NOT NULL,
  `updated_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`name`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `heartbeats` (
  `component` VARCHAR(64) NOT NULL,
  `node` VARCHAR(128) NOT NULL,
  `beat_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`component`, `node`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `tags` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `repository_id` INTEGER NOT NULL,
  `artifact_id` INTEGER NOT NULL,
  `name` VARCHAR(128) NOT NULL,
  `pushed_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `pulled_at` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  INDEX `tags_artifact_id_idx` (`artifact_id`),
  UNIQUE INDEX `tags_repository_id_name_key` (`repository_id`, `name`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `users` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `username` VARCHAR(255) NOT NULL,
  `username_key` VARCHAR(255) NOT NULL,
  `email` VARCHAR(255) NULL,
  `email_key` VARCHAR(255) NULL,
  `realname` VARCHAR(255) NOT NULL DEFAULT '',
  `comment` VARCHAR(255) NOT NULL DEFAULT '',
  `password_hash` VARCHAR(255) NULL,
  `sysadmin` BOOLEAN NOT NULL DEFAULT false,
  `disabled` BOOLEAN NOT NULL DEFAULT false,
  `credential_epoch` INTEGER NOT NULL DEFAULT 0,
  `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `updated_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `users_username_key_key` (`username_key`),
  UNIQUE INDEX `users_email_key_key` (`email_key`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `artifacts` ADD CONSTRAINT `artifacts_repository_id_fkey` FOREIGN KEY (`repository_id`) REFERENCES `repositories` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `artifact_references` ADD CONSTRAINT `artifact_references_parent_id_fkey` FOREIGN KEY (`parent_id`) REFERENCES `artifacts` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `artifact_references` ADD CONSTRAINT `artifact_references_child_id_fkey` FOREIGN KEY (`child_id`) REFERENCES `artifacts` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE `artifact_blobs` ADD CONSTRAINT `artifact_blobs_artifact_id_fkey` FOREIGN KEY (`artifact_id`) REFERENCES `artifacts` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `artifact_blobs` ADD CONSTRAINT `artifact_blobs_blob_id_fkey` FOREIGN KEY (`blob_id`) REFERENCES `blobs` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE `members` ADD CONSTRAINT `members_project_id_fkey` FOREIGN KEY (`project_id`) REFERENCES `projects` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `members` ADD CONSTRAINT `members_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `projects` ADD CONSTRAINT `projects_owner_id_fkey` FOREIGN KEY (`owner_id`) REFERENCES `users` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE `project_metadata` ADD CONSTRAINT `project_metadata_project_id_fkey` FOREIGN KEY (`project_id`) REFERENCES `projects` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `repositories` ADD CONSTRAINT `repositories_project_id_fkey` FOREIGN KEY (`project_id`) REFERENCES `projects` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE `sessions` ADD CONSTRAINT `sessions_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `tags` ADD CONSTRAINT `tags_repository_id_fkey` FOREIGN KEY (`repository_id`) REFERENCES `repositories` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `tags` ADD CONSTRAINT `tags_artifact_id_fkey` FOREIGN KEY (`artifact_id`) REFERENCES `artifacts` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
