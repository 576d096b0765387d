-- CreateTable
CREATE TABLE "events" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMP(3) NOT NULL,
    "type" VARCHAR(64) NOT NULL,
    "project_id" INTEGER,
    "subject" VARCHAR(512) NOT NULL,
    "actor_kind" VARCHAR(16) NOT NULL,
    "actor_id" INTEGER,
    "actor_name" VARCHAR(255) NOT NULL,
    "request_id" VARCHAR(128) NOT NULL DEFAULT '',
    "payload" JSONB NOT NULL,

    CONSTRAINT "events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "event_failures" (
    "id" BIGSERIAL NOT NULL,
    "subscriber" VARCHAR(64) NOT NULL,
    "event_id" BIGINT NOT NULL,
    "at" TIMESTAMP(3) NOT NULL,
    "type" VARCHAR(64) NOT NULL,
    "project_id" INTEGER,
    "subject" VARCHAR(512) NOT NULL,
    "actor_kind" VARCHAR(16) NOT NULL,
    "actor_id" INTEGER,
    "actor_name" VARCHAR(255) NOT NULL,
    "request_id" VARCHAR(128) NOT NULL DEFAULT '',
    "payload" JSONB NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" VARCHAR(500) NOT NULL DEFAULT '',
    "failed_at" TIMESTAMP(3) NOT NULL,
    "due_at" TIMESTAMP(3),

    CONSTRAINT "event_failures_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "event_failures_subscriber_subject_id_idx" ON "event_failures"("subscriber", "subject", "id");

-- CreateIndex
CREATE INDEX "event_failures_due_at_id_idx" ON "event_failures"("due_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "event_failures_subscriber_event_id_key" ON "event_failures"("subscriber", "event_id");
