-- CreateTable
CREATE TABLE "replication_uploads" (
    "id" BIGSERIAL NOT NULL,
    "dest_registry_id" INTEGER NOT NULL,
    "digest" VARCHAR(135) NOT NULL,
    "repository" VARCHAR(255) NOT NULL,
    "sealed_location" TEXT,
    "min_chunk_bytes" INTEGER NOT NULL DEFAULT 0,
    "offset_bytes" BIGINT NOT NULL DEFAULT 0,
    "finished" BOOLEAN NOT NULL DEFAULT false,
    "holder" CHAR(36) NOT NULL,
    "lease_until" TIMESTAMP(3) NOT NULL,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "replication_uploads_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "replication_bandwidths" (
    "registry_id" INTEGER NOT NULL,
    "free_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "replication_bandwidths_pkey" PRIMARY KEY ("registry_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "replication_uploads_dest_registry_id_digest_key" ON "replication_uploads"("dest_registry_id", "digest");

-- CreateIndex
CREATE INDEX "replication_uploads_updated_at_idx" ON "replication_uploads"("updated_at");
