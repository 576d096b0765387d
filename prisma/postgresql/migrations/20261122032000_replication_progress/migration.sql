-- CreateTable
CREATE TABLE "replication_progress" (
    "execution_id" BIGINT NOT NULL,
    "total_bytes" BIGINT NOT NULL DEFAULT 0,
    "done_bytes" BIGINT NOT NULL DEFAULT 0,
    "failed_bytes" BIGINT NOT NULL DEFAULT 0,
    "sized" INTEGER NOT NULL DEFAULT 0,
    "in_step" INTEGER NOT NULL DEFAULT 0,
    "rate" BIGINT NOT NULL DEFAULT 0,
    "rate_at" TIMESTAMP(3),
    "rate_since" TIMESTAMP(3),

    CONSTRAINT "replication_progress_pkey" PRIMARY KEY ("execution_id")
);

-- AddForeignKey
ALTER TABLE "replication_progress" ADD CONSTRAINT "replication_progress_execution_id_fkey" FOREIGN KEY ("execution_id") REFERENCES "executions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What ran before has its sums as well.
INSERT INTO "replication_progress" ("execution_id", "total_bytes", "done_bytes", "sized")
  SELECT "execution_id", SUM("size_bytes"), SUM("done_bytes"), SUM(CASE WHEN "size_bytes" > 0 THEN 1 ELSE 0 END)
    FROM "replication_transfers" GROUP BY "execution_id";
