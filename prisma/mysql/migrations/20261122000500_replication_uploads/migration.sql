CREATE TABLE `replication_uploads` (
  `id` BIGINT NOT NULL AUTO_INCREMENT,
  `dest_registry_id` INTEGER NOT NULL,
  `digest` VARCHAR(135) NOT NULL,
  `repository` VARCHAR(255) NOT NULL,
  `sealed_location` TEXT NULL,
  `min_chunk_bytes` INTEGER NOT NULL DEFAULT 0,
  `offset_bytes` BIGINT NOT NULL DEFAULT 0,
  `finished` BOOLEAN NOT NULL DEFAULT false,
  `holder` CHAR(36) NOT NULL,
  `lease_until` DATETIME(3) NOT NULL,
  `updated_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `replication_uploads_dest_registry_id_digest_key` (`dest_registry_id`, `digest`),
  INDEX `replication_uploads_updated_at_idx` (`updated_at`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `replication_bandwidths` (
  `registry_id` INTEGER NOT NULL,
  `free_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`registry_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
