-- AlterTable
ALTER TABLE "registries" ADD COLUMN "asked_until" TIMESTAMP(3);

-- AlterTable
ALTER TABLE "replication_transfers" ADD COLUMN "lost" INTEGER NOT NULL DEFAULT 0;
