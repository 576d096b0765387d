-- CreateTable
CREATE TABLE "webhook_policies" (
    "id" SERIAL NOT NULL,
    "project_id" INTEGER NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "description" VARCHAR(1024) NOT NULL DEFAULT '',
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "event_types" JSONB NOT NULL,
    "targets" JSONB NOT NULL,
    "repository_filter" VARCHAR(255) NOT NULL DEFAULT '',
    "tag_filter" VARCHAR(255) NOT NULL DEFAULT '',
    "secret" VARCHAR(512),
    "previous_secret" VARCHAR(512),
    "previous_secret_until" TIMESTAMP(3),
    "dead_in_row" INTEGER NOT NULL DEFAULT 0,
    "disabled_reason" VARCHAR(255) NOT NULL DEFAULT '',
    "last_triggers" JSONB NOT NULL,
    "creator_name" VARCHAR(255) NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "webhook_policies_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_deliveries" (
    "id" BIGSERIAL NOT NULL,
    "policy_id" INTEGER NOT NULL,
    "execution_id" BIGINT NOT NULL,
    "task_id" BIGINT NOT NULL,
    "uid" CHAR(36) NOT NULL,
    "event_type" VARCHAR(32) NOT NULL,
    "target" INTEGER NOT NULL,
    "host" VARCHAR(300) NOT NULL,
    "subject" VARCHAR(512) NOT NULL,
    "order_key" CHAR(64) NOT NULL,
    "body" TEXT NOT NULL,
    "status" VARCHAR(16) NOT NULL,
    "run" INTEGER NOT NULL DEFAULT 0,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMP(3),
    "answer" JSONB,
    "created_at" TIMESTAMP(3) NOT NULL,
    "finished_at" TIMESTAMP(3),

    CONSTRAINT "webhook_deliveries_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "webhook_policies_project_id_name_key" ON "webhook_policies"("project_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_deliveries_task_id_key" ON "webhook_deliveries"("task_id");

-- CreateIndex
CREATE INDEX "webhook_deliveries_due_at_id_idx" ON "webhook_deliveries"("due_at", "id");

-- CreateIndex
CREATE INDEX "webhook_deliveries_order_key_status_id_idx" ON "webhook_deliveries"("order_key", "status", "id");

-- CreateIndex
CREATE INDEX "webhook_deliveries_policy_id_status_id_idx" ON "webhook_deliveries"("policy_id", "status", "id");

-- CreateIndex
CREATE INDEX "webhook_deliveries_policy_id_id_idx" ON "webhook_deliveries"("policy_id", "id");

-- CreateIndex
CREATE INDEX "webhook_deliveries_execution_id_idx" ON "webhook_deliveries"("execution_id");

-- AddForeignKey
ALTER TABLE "webhook_policies" ADD CONSTRAINT "webhook_policies_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_policy_id_fkey" FOREIGN KEY ("policy_id") REFERENCES "webhook_policies"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_execution_id_fkey" FOREIGN KEY ("execution_id") REFERENCES "executions"("id") ON DELETE CASCADE ON UPDATE CASCADE;
