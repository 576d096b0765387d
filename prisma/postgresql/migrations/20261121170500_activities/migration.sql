-- CreateTable
CREATE TABLE "activities" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMP(3) NOT NULL,
    "type" VARCHAR(64) NOT NULL,
    "project_id" INTEGER NOT NULL,
    "name" VARCHAR(512) NOT NULL,
    "tag" VARCHAR(128),
    "digest" VARCHAR(135),
    "actor_kind" VARCHAR(16) NOT NULL,
    "actor_name" VARCHAR(255) NOT NULL,

    CONSTRAINT "activities_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "activities_project_id_id_idx" ON "activities"("project_id", "id");

-- CreateIndex
CREATE INDEX "activities_at_idx" ON "activities"("at");
