-- AlterTable
ALTER TABLE `replication_policies` ADD COLUMN `asked_at` DATETIME(3) NULL,
    ADD COLUMN `asked_part` INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN `images_compared` INTEGER NULL;
