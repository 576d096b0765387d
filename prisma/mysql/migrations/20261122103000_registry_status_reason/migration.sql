-- AlterTable
ALTER TABLE `registries` ADD COLUMN `status_reason` VARCHAR(32) NOT NULL DEFAULT '';
