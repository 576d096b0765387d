-- AlterTable
ALTER TABLE "replication_transfers" ADD COLUMN "reason" VARCHAR(24) NOT NULL DEFAULT '';
