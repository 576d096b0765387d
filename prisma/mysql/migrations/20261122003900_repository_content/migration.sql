-- AlterTable
ALTER TABLE `repositories` ADD COLUMN `content_version` INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN `storage_bytes` BIGINT NULL,
    ADD COLUMN `storage_version` INTEGER NULL;
