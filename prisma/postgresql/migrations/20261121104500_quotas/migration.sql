-- CreateTable
CREATE TABLE "quotas" (
    "id" SERIAL NOT NULL,
    "project_id" INTEGER NOT NULL,
    "limit_bytes" BIGINT NOT NULL DEFAULT -1,
    "used_bytes" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "quotas_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "project_blobs" (
    "project_id" INTEGER NOT NULL,
    "blob_id" INTEGER NOT NULL,
    "holders" INTEGER NOT NULL,

    CONSTRAINT "project_blobs_pkey" PRIMARY KEY ("project_id","blob_id")
);

-- AlterTable
ALTER TABLE "blobs" ADD COLUMN     "measured" BOOLEAN NOT NULL DEFAULT false;

-- CreateIndex
CREATE UNIQUE INDEX "quotas_project_id_key" ON "quotas"("project_id");

-- CreateIndex
CREATE INDEX "quotas_used_bytes_id_idx" ON "quotas"("used_bytes", "id");

-- CreateIndex
CREATE INDEX "quotas_limit_bytes_id_idx" ON "quotas"("limit_bytes", "id");

-- CreateIndex
CREATE INDEX "project_blobs_blob_id_idx" ON "project_blobs"("blob_id");

-- AddForeignKey
ALTER TABLE "quotas" ADD CONSTRAINT "quotas_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project_blobs" ADD CONSTRAINT "project_blobs_blob_id_fkey" FOREIGN KEY ("blob_id") REFERENCES "blobs"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What is there already: manifests become blobs, then every project gets its holdings and its quota.
INSERT INTO "blobs" ("digest", "size_bytes", "measured")
  SELECT a.digest, MAX(a.manifest_size_bytes), TRUE FROM artifacts a GROUP BY a.digest
  ON CONFLICT (digest) DO NOTHING;

INSERT INTO "project_blobs" ("project_id", "blob_id", "holders")
  SELECT h.project_id, h.blob_id, COUNT(*) FROM (
    SELECT a.project_id, ab.blob_id, a.id FROM artifacts a JOIN artifact_blobs ab ON ab.artifact_id = a.id
    UNION
    SELECT a.project_id, b.id AS blob_id, a.id FROM artifacts a JOIN blobs b ON b.digest = a.digest
  ) h GROUP BY h.project_id, h.blob_id;

INSERT INTO "quotas" ("project_id", "used_bytes", "updated_at")
  SELECT p.id, COALESCE((
    SELECT SUM(b.size_bytes) FROM project_blobs pb JOIN blobs b ON b.id = pb.blob_id WHERE pb.project_id = p.id
  ), 0), CURRENT_TIMESTAMP FROM projects p;
