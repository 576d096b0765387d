-- CreateTable
CREATE TABLE "immutable_rules" (
    "id" SERIAL NOT NULL,
    "project_id" INTEGER NOT NULL,
    "disabled" BOOLEAN NOT NULL DEFAULT false,
    "tag_decoration" VARCHAR(16) NOT NULL,
    "tag_pattern" VARCHAR(255) NOT NULL,
    "repository_decoration" VARCHAR(16) NOT NULL,
    "repository_pattern" VARCHAR(255) NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "immutable_rules_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "labels" (
    "id" SERIAL NOT NULL,
    "project_id" INTEGER,
    "space" INTEGER NOT NULL,
    "name" VARCHAR(128) NOT NULL,
    "description" VARCHAR(1024) NOT NULL DEFAULT '',
    "color" VARCHAR(16) NOT NULL DEFAULT '',
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "labels_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "artifact_labels" (
    "artifact_id" INTEGER NOT NULL,
    "label_id" INTEGER NOT NULL,

    CONSTRAINT "artifact_labels_pkey" PRIMARY KEY ("artifact_id","label_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "immutable_rules_selectors_key" ON "immutable_rules"("project_id", "tag_decoration", "tag_pattern", "repository_decoration", "repository_pattern");

-- CreateIndex
CREATE INDEX "labels_project_id_idx" ON "labels"("project_id");

-- CreateIndex
CREATE UNIQUE INDEX "labels_space_name_key" ON "labels"("space", "name");

-- CreateIndex
CREATE INDEX "artifact_labels_label_id_artifact_id_idx" ON "artifact_labels"("label_id", "artifact_id");

-- AddForeignKey
ALTER TABLE "immutable_rules" ADD CONSTRAINT "immutable_rules_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "labels" ADD CONSTRAINT "labels_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "artifact_labels" ADD CONSTRAINT "artifact_labels_artifact_id_fkey" FOREIGN KEY ("artifact_id") REFERENCES "artifacts"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "artifact_labels" ADD CONSTRAINT "artifact_labels_label_id_fkey" FOREIGN KEY ("label_id") REFERENCES "labels"("id") ON DELETE CASCADE ON UPDATE CASCADE;
