-- CreateTable
CREATE TABLE "executions" (
    "id" BIGSERIAL NOT NULL,
    "vendor_type" VARCHAR(32) NOT NULL,
    "vendor_id" INTEGER NOT NULL,
    "trigger_kind" VARCHAR(16) NOT NULL,
    "status" VARCHAR(16) NOT NULL,
    "status_message" VARCHAR(1000) NOT NULL DEFAULT '',
    "extra_attrs" JSONB NOT NULL,
    "started_at" TIMESTAMP(3) NOT NULL,
    "stop_asked_at" TIMESTAMP(3),
    "ended_at" TIMESTAMP(3),

    CONSTRAINT "executions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tasks" (
    "id" BIGSERIAL NOT NULL,
    "execution_id" BIGINT NOT NULL,
    "vendor_type" VARCHAR(32) NOT NULL,
    "status" VARCHAR(16) NOT NULL,
    "status_message" VARCHAR(1000) NOT NULL DEFAULT '',
    "run_count" INTEGER NOT NULL DEFAULT 0,
    "extra_attrs" JSONB NOT NULL,
    "lease_until" TIMESTAMP(3),
    "log" TEXT NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL,
    "started_at" TIMESTAMP(3),
    "updated_at" TIMESTAMP(3) NOT NULL,
    "ended_at" TIMESTAMP(3),

    CONSTRAINT "tasks_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "executions_vendor_type_vendor_id_id_idx" ON "executions"("vendor_type", "vendor_id", "id");

-- CreateIndex
CREATE INDEX "executions_vendor_type_status_id_idx" ON "executions"("vendor_type", "status", "id");

-- CreateIndex
CREATE INDEX "tasks_execution_id_id_idx" ON "tasks"("execution_id", "id");

-- CreateIndex
CREATE INDEX "tasks_execution_id_status_idx" ON "tasks"("execution_id", "status");

-- CreateIndex
CREATE INDEX "tasks_vendor_type_status_id_idx" ON "tasks"("vendor_type", "status", "id");

-- AddForeignKey
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_execution_id_fkey" FOREIGN KEY ("execution_id") REFERENCES "executions"("id") ON DELETE CASCADE ON UPDATE CASCADE;
