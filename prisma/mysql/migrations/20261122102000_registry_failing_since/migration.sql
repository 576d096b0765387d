-- AlterTable
ALTER TABLE `registries` ADD COLUMN `failing_since` DATETIME(3) NULL;
