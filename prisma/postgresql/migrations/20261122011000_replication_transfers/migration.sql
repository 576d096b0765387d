-- CreateTable
CREATE TABLE "replication_transfers" (
    "task_id" BIGINT NOT NULL,
    "execution_id" BIGINT NOT NULL,
    "policy_id" INTEGER NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "registry_id" INTEGER NOT NULL,
    "direction" VARCHAR(8) NOT NULL,
    "source" VARCHAR(255) NOT NULL DEFAULT '',
    "target" VARCHAR(255) NOT NULL DEFAULT '',
    "digest" VARCHAR(135) NOT NULL DEFAULT '',
    "tags" JSONB NOT NULL,
    "size_bytes" BIGINT NOT NULL DEFAULT 0,
    "done_bytes" BIGINT NOT NULL DEFAULT 0,
    "is_big" BOOLEAN NOT NULL DEFAULT false,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMP(3),
    "created_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "replication_transfers_pkey" PRIMARY KEY ("task_id")
);

-- CreateIndex
CREATE INDEX "replication_transfers_registry_id_policy_id_due_at_idx" ON "replication_transfers"("registry_id", "policy_id", "due_at");

-- CreateIndex
CREATE INDEX "replication_transfers_execution_id_source_idx" ON "replication_transfers"("execution_id", "source");

-- CreateIndex
CREATE INDEX "replication_transfers_due_at_idx" ON "replication_transfers"("due_at");

-- AddForeignKey
ALTER TABLE "replication_transfers" ADD CONSTRAINT "replication_transfers_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "tasks"("id") ON DELETE CASCADE ON UPDATE CASCADE;
