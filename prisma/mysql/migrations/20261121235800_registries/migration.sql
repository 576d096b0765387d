CREATE TABLE `registries` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `name` VARCHAR(255) NOT NULL,
  `description` VARCHAR(1024) NOT NULL DEFAULT '',
  `url` VARCHAR(2048) NOT NULL,
  `type` VARCHAR(32) NOT NULL,
  `insecure` BOOLEAN NOT NULL DEFAULT false,
  `ca_certificate` TEXT NULL,
  `credential_type` VARCHAR(16) NOT NULL DEFAULT '',
  `access_key` VARCHAR(512) NOT NULL DEFAULT '',
  `access_secret` TEXT NULL,
  `status` VARCHAR(16) NOT NULL DEFAULT 'unknown',
  `status_message` VARCHAR(1024) NOT NULL DEFAULT '',
  `checked_at` DATETIME(3) NULL,
  `instance_id` VARCHAR(64) NULL,
  `max_transfers` INTEGER NOT NULL DEFAULT 6,
  `bandwidth_kbps` INTEGER NOT NULL DEFAULT 0,
  `paused_until` DATETIME(3) NULL,
  `failures_in_row` INTEGER NOT NULL DEFAULT 0,
  `created_at` DATETIME(3) NOT NULL,
  `updated_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `registries_name_key` (`name`),
  INDEX `registries_checked_at_idx` (`checked_at`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `replication_policies` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `name` VARCHAR(255) NOT NULL,
  `description` VARCHAR(1024) NOT NULL DEFAULT '',
  `src_registry_id` INTEGER NULL,
  `dest_registry_id` INTEGER NULL,
  `dest_namespace` VARCHAR(255) NOT NULL DEFAULT '',
  `replace_count` INTEGER NOT NULL DEFAULT -1,
  `filters` JSON NOT NULL,
  `trigger_kind` VARCHAR(16) NOT NULL,
  `cron` VARCHAR(128) NOT NULL DEFAULT '',
  `deletion` BOOLEAN NOT NULL DEFAULT false,
  `override` BOOLEAN NOT NULL DEFAULT true,
  `enabled` BOOLEAN NOT NULL DEFAULT true,
  `speed_kbps` INTEGER NOT NULL DEFAULT 0,
  `copy_by_chunk` BOOLEAN NOT NULL DEFAULT false,
  `single_active` BOOLEAN NOT NULL DEFAULT false,
  `mirror` BOOLEAN NOT NULL DEFAULT false,
  `creator_name` VARCHAR(255) NOT NULL,
  `created_at` DATETIME(3) NOT NULL,
  `updated_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `replication_policies_name_key` (`name`),
  INDEX `replication_policies_src_registry_id_idx` (`src_registry_id`),
  INDEX `replication_policies_dest_registry_id_idx` (`dest_registry_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `replication_policies` ADD CONSTRAINT `replication_policies_src_registry_id_fkey` FOREIGN KEY (`src_registry_id`) REFERENCES `registries` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE `replication_policies` ADD CONSTRAINT `replication_policies_dest_registry_id_fkey` FOREIGN KEY (`dest_registry_id`) REFERENCES `registries` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
