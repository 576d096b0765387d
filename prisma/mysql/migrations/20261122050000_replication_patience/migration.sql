-- AlterTable
ALTER TABLE `registries` ADD COLUMN `asked_until` DATETIME(3) NULL;

-- AlterTable
ALTER TABLE `replication_transfers` ADD COLUMN `lost` INTEGER NOT NULL DEFAULT 0;
