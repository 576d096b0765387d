-- AlterTable
ALTER TABLE "heartbeats" ADD COLUMN     "concurrency" INTEGER,
ADD COLUMN     "pid" INTEGER,
ADD COLUMN     "started_at" TIMESTAMP(3);

-- AlterTable
ALTER TABLE "tasks" ADD COLUMN     "worker" VARCHAR(128);

-- CreateTable
CREATE TABLE "job_queues" (
    "job_type" VARCHAR(32) NOT NULL,
    "paused" BOOLEAN NOT NULL,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "job_queues_pkey" PRIMARY KEY ("job_type")
);
