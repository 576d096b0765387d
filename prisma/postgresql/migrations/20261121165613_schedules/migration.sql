-- CreateTable
CREATE TABLE "schedules" (
    "id" SERIAL NOT NULL,
    "vendor_type" VARCHAR(64) NOT NULL,
    "vendor_id" INTEGER NOT NULL,
    "type" VARCHAR(16) NOT NULL,
    "cron" VARCHAR(128) NOT NULL,
    "params" JSONB NOT NULL,
    "next_run_at" TIMESTAMP(3) NOT NULL,
    "paused" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMP(3) NOT NULL,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "schedules_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "schedules_vendor_type_vendor_id_key" ON "schedules"("vendor_type", "vendor_id");

-- CreateIndex
CREATE INDEX "schedules_next_run_at_idx" ON "schedules"("next_run_at");
