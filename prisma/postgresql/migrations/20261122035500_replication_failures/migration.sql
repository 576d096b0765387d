-- AlterTable
ALTER TABLE "replication_policies" ADD COLUMN "failing_since" TIMESTAMP(3);
