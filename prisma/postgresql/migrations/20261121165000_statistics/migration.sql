-- CreateTable
CREATE TABLE "repository_days" (
    "day" INTEGER NOT NULL,
    "repository_id" INTEGER NOT NULL,
    "project_id" INTEGER NOT NULL,
    "pulls" BIGINT NOT NULL DEFAULT 0,
    "pushes" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "repository_days_pkey" PRIMARY KEY ("day","repository_id")
);

-- CreateTable
CREATE TABLE "tag_days" (
    "repository_id" INTEGER NOT NULL,
    "day" INTEGER NOT NULL,
    "tag" VARCHAR(128) NOT NULL,
    "pulls" BIGINT NOT NULL DEFAULT 0,
    "pushes" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "tag_days_pkey" PRIMARY KEY ("repository_id","day","tag")
);

-- CreateTable
CREATE TABLE "project_days" (
    "project_id" INTEGER NOT NULL,
    "day" INTEGER NOT NULL,
    "pulls" BIGINT NOT NULL DEFAULT 0,
    "pushes" BIGINT NOT NULL DEFAULT 0,
    "storage_bytes" BIGINT,

    CONSTRAINT "project_days_pkey" PRIMARY KEY ("project_id","day")
);

-- CreateIndex
CREATE INDEX "repository_days_repository_id_day_idx" ON "repository_days"("repository_id", "day");

-- CreateIndex
CREATE INDEX "repository_days_project_id_day_idx" ON "repository_days"("project_id", "day");

-- CreateIndex
CREATE INDEX "tag_days_day_idx" ON "tag_days"("day");

-- CreateIndex
CREATE INDEX "project_days_day_idx" ON "project_days"("day");
