-- CreateTable
CREATE TABLE "registry_events" (
    "id" BIGSERIAL NOT NULL,
    "event_id" VARCHAR(64) NOT NULL,
    "action" VARCHAR(16) NOT NULL,
    "repository" VARCHAR(255) NOT NULL,
    "digest" VARCHAR(135),
    "tag" VARCHAR(128),
    "actor" VARCHAR(255) NOT NULL DEFAULT '',
    "at" TIMESTAMP(3) NOT NULL,
    "received_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" VARCHAR(500),
    "due_at" TIMESTAMP(3),
    "processed_at" TIMESTAMP(3),

    CONSTRAINT "registry_events_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "registry_events_event_id_key" ON "registry_events"("event_id");

-- CreateIndex
CREATE INDEX "registry_events_due_at_id_idx" ON "registry_events"("due_at", "id");

-- CreateIndex
CREATE INDEX "registry_events_processed_at_idx" ON "registry_events"("processed_at");
