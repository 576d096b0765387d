-- AlterTable
ALTER TABLE `replication_transfers` ADD COLUMN `spoilt` INTEGER NOT NULL DEFAULT 0;
