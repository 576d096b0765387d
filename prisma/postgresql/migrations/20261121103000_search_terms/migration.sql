-- COLLATE "C": what begins with a text is a range of the index, whatever the database's own collation.
-- AlterTable
ALTER TABLE "tags" ADD COLUMN "name_key" VARCHAR(128) COLLATE "C" NOT NULL DEFAULT '',
ADD COLUMN "project_id" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "repository_suffixes" (
    "repository_id" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "project_id" INTEGER NOT NULL,
    "within_word" BOOLEAN NOT NULL,
    "suffix" VARCHAR(64) COLLATE "C" NOT NULL,

    CONSTRAINT "repository_suffixes_pkey" PRIMARY KEY ("repository_id","position")
);

-- CreateTable
CREATE TABLE "artifact_terms" (
    "artifact_id" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "project_id" INTEGER NOT NULL,
    "term" VARCHAR(128) COLLATE "C" NOT NULL,

    CONSTRAINT "artifact_terms_pkey" PRIMARY KEY ("artifact_id","position")
);

-- What stands in the index already is found too; of annotations `key=value` and the value's beginning.
UPDATE "tags" SET "name_key" = lower("tags"."name"), "project_id" = r."project_id"
  FROM "repositories" r WHERE r."id" = "tags"."repository_id";

INSERT INTO "repository_suffixes" ("repository_id", "position", "project_id", "within_word", "suffix")
SELECT r."id", p - 1, r."project_id",
       NOT (substr(r."name", p, 1) ~ '[a-z0-9]' AND (p = 1 OR substr(r."name", p - 1, 1) !~ '[a-z0-9]')),
       substr(r."name", p, 64)
  FROM "repositories" r, generate_series(1, length(r."name")) p;

INSERT INTO "artifact_terms" ("artifact_id", "position", "project_id", "term")
SELECT t."id", row_number() OVER (PARTITION BY t."id" ORDER BY t."term") - 1, t."project_id", t."term"
  FROM (SELECT DISTINCT a."id", a."project_id", substr(lower(w."term"), 1, 128) AS "term"
          FROM "artifacts" a, jsonb_each_text(CASE jsonb_typeof(a."annotations") WHEN 'object' THEN a."annotations" ELSE '{}' END) e,
               LATERAL (VALUES (e."key" || '=' || e."value"), (e."value")) AS w ("term")
         WHERE w."term" <> '') t;

-- CreateIndex
CREATE INDEX "repository_suffixes_in_project_idx" ON "repository_suffixes"("project_id", "within_word", "suffix", "repository_id");

-- CreateIndex
CREATE INDEX "repository_suffixes_everywhere_idx" ON "repository_suffixes"("within_word", "suffix", "repository_id");

-- CreateIndex
CREATE INDEX "artifact_terms_project_id_term_artifact_id_idx" ON "artifact_terms"("project_id", "term", "artifact_id");

-- CreateIndex
CREATE INDEX "artifact_terms_term_artifact_id_idx" ON "artifact_terms"("term", "artifact_id");

-- CreateIndex
CREATE INDEX "artifacts_project_id_digest_idx" ON "artifacts"("project_id", "digest");

-- CreateIndex
CREATE INDEX "artifacts_digest_idx" ON "artifacts"("digest");

-- CreateIndex
CREATE INDEX "tags_project_id_name_key_id_idx" ON "tags"("project_id", "name_key", "id");

-- CreateIndex
CREATE INDEX "tags_name_key_id_idx" ON "tags"("name_key", "id");

-- AddForeignKey
ALTER TABLE "repository_suffixes" ADD CONSTRAINT "repository_suffixes_repository_id_fkey" FOREIGN KEY ("repository_id") REFERENCES "repositories"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "artifact_terms" ADD CONSTRAINT "artifact_terms_artifact_id_fkey" FOREIGN KEY ("artifact_id") REFERENCES "artifacts"("id") ON DELETE CASCADE ON UPDATE CASCADE;
