-- AlterTable
ALTER TABLE `directory_accounts` ADD COLUMN `failed_looks` INTEGER NOT NULL DEFAULT 0;
