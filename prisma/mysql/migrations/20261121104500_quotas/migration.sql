CREATE TABLE `quotas` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `project_id` INTEGER NOT NULL,
  `limit_bytes` BIGINT NOT NULL DEFAULT -1,
  `used_bytes` BIGINT NOT NULL DEFAULT 0,
  `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `updated_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `quotas_project_id_key` (`project_id`),
  INDEX `quotas_used_bytes_id_idx` (`used_bytes`, `id`),
  INDEX `quotas_limit_bytes_id_idx` (`limit_bytes`, `id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `project_blobs` (
  `project_id` INTEGER NOT NULL,
  `blob_id` INTEGER NOT NULL,
  `holders` INTEGER NOT NULL,
  PRIMARY KEY (`project_id`, `blob_id`),
  INDEX `project_blobs_blob_id_idx` (`blob_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `blobs` ADD COLUMN `measured` BOOLEAN NOT NULL DEFAULT false;

ALTER TABLE `quotas` ADD CONSTRAINT `quotas_project_id_fkey` FOREIGN KEY (`project_id`) REFERENCES `projects` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `project_blobs` ADD CONSTRAINT `project_blobs_blob_id_fkey` FOREIGN KEY (`blob_id`) REFERENCES `blobs` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- What is there already: manifests become blobs, then every project gets its holdings and its quota.
INSERT IGNORE INTO `blobs` (`digest`, `size_bytes`, `measured`)
  SELECT a.digest, MAX(a.manifest_size_bytes), TRUE FROM artifacts a GROUP BY a.digest;

INSERT INTO `project_blobs` (`project_id`, `blob_id`, `holders`)
  SELECT h.project_id, h.blob_id, COUNT(*) FROM (
    SELECT a.project_id, ab.blob_id, a.id FROM artifacts a JOIN artifact_blobs ab ON ab.artifact_id = a.id
    UNION
    SELECT a.project_id, b.id AS blob_id, a.id FROM artifacts a JOIN blobs b ON b.digest = a.digest
  ) h GROUP BY h.project_id, h.blob_id;

INSERT INTO `quotas` (`project_id`, `used_bytes`, `updated_at`)
  SELECT p.id, COALESCE((
    SELECT SUM(b.size_bytes) FROM project_blobs pb JOIN blobs b ON b.id = pb.blob_id WHERE pb.project_id = p.id
  ), 0), CURRENT_TIMESTAMP(3) FROM projects p;
