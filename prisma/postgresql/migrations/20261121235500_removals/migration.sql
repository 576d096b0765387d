-- CreateTable
CREATE TABLE "removals" (
    "id" BIGSERIAL NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "repository" VARCHAR(255) NOT NULL,
    "digest" VARCHAR(135),
    "tag" VARCHAR(128),
    "project_id" INTEGER NOT NULL,
    "actor" JSONB NOT NULL,
    "origin" JSONB NOT NULL,
    "at" TIMESTAMP(3) NOT NULL,
    "failed" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "removals_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "removals_at_idx" ON "removals"("at");

-- CreateIndex
CREATE INDEX "removals_repository_idx" ON "removals"("repository");

-- Those of blobs that a process left behind are settled by the new table's job.
INSERT INTO "removals" ("kind", "repository", "digest", "project_id", "actor", "origin", "at")
  SELECT 'blob', "repository", "digest", "project_id", "actor", "origin", "at" FROM "blob_removals" ORDER BY "id";

-- DropTable
DROP TABLE "blob_removals";
