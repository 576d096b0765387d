-- AlterTable
ALTER TABLE "robots" ADD COLUMN     "last_used_at" TIMESTAMP(3);

-- CreateTable
CREATE TABLE "audit_lines" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMP(3) NOT NULL,
    "actor_kind" VARCHAR(16) NOT NULL,
    "actor_id" INTEGER,
    "actor_name" VARCHAR(255) NOT NULL,
    "credential" VARCHAR(32) NOT NULL DEFAULT '',
    "address" VARCHAR(64) NOT NULL DEFAULT '',
    "user_agent" VARCHAR(255) NOT NULL DEFAULT '',
    "request_id" VARCHAR(128) NOT NULL DEFAULT '',
    "action" VARCHAR(32) NOT NULL,
    "resource_type" VARCHAR(32) NOT NULL,
    "resource" VARCHAR(512) NOT NULL,
    "project_id" INTEGER,
    "result" VARCHAR(8) NOT NULL DEFAULT 'ok',
    "times" INTEGER NOT NULL DEFAULT 1,
    "detail" JSONB,

    CONSTRAINT "audit_lines_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "audit_lines_at_id_idx" ON "audit_lines"("at", "id");

-- CreateIndex
CREATE INDEX "audit_lines_project_id_at_id_idx" ON "audit_lines"("project_id", "at", "id");

-- CreateIndex
CREATE INDEX "audit_lines_actor_name_at_id_idx" ON "audit_lines"("actor_name", "at", "id");

-- CreateIndex
CREATE INDEX "audit_lines_resource_type_action_at_id_idx" ON "audit_lines"("resource_type", "action", "at", "id");
