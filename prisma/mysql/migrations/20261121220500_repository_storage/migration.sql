-- AlterTable
ALTER TABLE `repository_days` ADD COLUMN `storage_bytes` BIGINT NULL,
    ADD COLUMN `storage_due` BOOLEAN NOT NULL DEFAULT false;
