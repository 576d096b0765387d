-- AlterTable
ALTER TABLE `replication_policies` ADD COLUMN `failing_since` DATETIME(3) NULL;
