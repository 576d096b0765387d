-- CreateTable
CREATE TABLE "registry_walks" (
    "id" SERIAL NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "status" VARCHAR(16) NOT NULL,
    "options" JSONB NOT NULL,
    "cursor_json" TEXT NOT NULL,
    "counts" JSONB NOT NULL,
    "error" VARCHAR(1000) NOT NULL DEFAULT '',
    "runner" VARCHAR(64) NOT NULL DEFAULT '',
    "created_by" INTEGER,
    "created_at" TIMESTAMP(3) NOT NULL,
    "started_at" TIMESTAMP(3),
    "beat_at" TIMESTAMP(3),
    "finished_at" TIMESTAMP(3),

    CONSTRAINT "registry_walks_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "registry_findings" (
    "id" SERIAL NOT NULL,
    "walk_id" INTEGER NOT NULL,
    "kind" VARCHAR(32) NOT NULL,
    "repository" VARCHAR(300) NOT NULL,
    "reference" VARCHAR(300) NOT NULL,
    "detail" VARCHAR(1000) NOT NULL,
    "mended" BOOLEAN NOT NULL,
    "at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "registry_findings_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "registry_proposals" (
    "walk_id" INTEGER NOT NULL,
    "project" VARCHAR(255) NOT NULL,
    "repositories" INTEGER NOT NULL,
    "tags" INTEGER NOT NULL,

    CONSTRAINT "registry_proposals_pkey" PRIMARY KEY ("walk_id","project")
);

-- CreateTable
CREATE TABLE "registry_walk_names" (
    "walk_id" INTEGER NOT NULL,
    "repository" VARCHAR(255) NOT NULL,
    "name" VARCHAR(255) NOT NULL,

    CONSTRAINT "registry_walk_names_pkey" PRIMARY KEY ("walk_id","repository","name")
);

-- CreateIndex
CREATE INDEX "registry_walks_kind_status_idx" ON "registry_walks"("kind", "status");

-- CreateIndex
CREATE INDEX "registry_walks_created_by_idx" ON "registry_walks"("created_by");

-- CreateIndex
CREATE INDEX "registry_findings_walk_id_id_idx" ON "registry_findings"("walk_id", "id");

-- AddForeignKey
ALTER TABLE "registry_walks" ADD CONSTRAINT "registry_walks_created_by_fkey" FOREIGN KEY ("created_by") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "registry_findings" ADD CONSTRAINT "registry_findings_walk_id_fkey" FOREIGN KEY ("walk_id") REFERENCES "registry_walks"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "registry_proposals" ADD CONSTRAINT "registry_proposals_walk_id_fkey" FOREIGN KEY ("walk_id") REFERENCES "registry_walks"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "registry_walk_names" ADD CONSTRAINT "registry_walk_names_walk_id_fkey" FOREIGN KEY ("walk_id") REFERENCES "registry_walks"("id") ON DELETE CASCADE ON UPDATE CASCADE;
