-- CreateTable
CREATE TABLE "blob_removals" (
    "id" BIGSERIAL NOT NULL,
    "repository" VARCHAR(255) NOT NULL,
    "digest" VARCHAR(135) NOT NULL,
    "project_id" INTEGER NOT NULL,
    "actor" JSONB NOT NULL,
    "origin" JSONB NOT NULL,
    "at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "blob_removals_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "blob_removals_at_idx" ON "blob_removals"("at");
