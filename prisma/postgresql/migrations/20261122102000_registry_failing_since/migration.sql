-- AlterTable
ALTER TABLE "registries" ADD COLUMN "failing_since" TIMESTAMP(3);
