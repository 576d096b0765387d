-- AlterTable
ALTER TABLE "replication_policies" ADD COLUMN     "asked_at" TIMESTAMP(3),
ADD COLUMN     "asked_part" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "images_compared" INTEGER;
