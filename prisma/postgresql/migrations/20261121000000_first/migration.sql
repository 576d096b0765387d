-- CreateTable
CREATE TABLE "artifacts" (
    "id" SERIAL NOT NULL,
    "project_id" INTEGER NOT NULL,
    "repository_id" INTEGER NOT NULL,
    "digest" VARCHAR(135) NOT NULL,
    "type" VARCHAR(64) NOT NULL,
    "media_type" VARCHAR(255) NOT NULL,
    "manifest_media_type" VARCHAR(255) NOT NULL,
    "artifact_type" VARCHAR(255) NOT NULL DEFAULT '',
    "subject_digest" VARCHAR(135),
    "manifest_size_bytes" INTEGER NOT NULL,
    "size_bytes" BIGINT NOT NULL,
    "annotations" JSONB NOT NULL,
    "extra_attrs" JSONB NOT NULL,
    "listed" BOOLEAN NOT NULL DEFAULT true,
    "pull_count" INTEGER NOT NULL DEFAULT 0,
    "pushed_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "pulled_at" TIMESTAMP(3),

    CONSTRAINT "artifacts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "artifact_references" (
    "id" SERIAL NOT NULL,
    "parent_id" INTEGER NOT NULL,
    "child_id" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "child_digest" VARCHAR(135) NOT NULL,
    "os" VARCHAR(64) NOT NULL DEFAULT '',
    "architecture" VARCHAR(64) NOT NULL DEFAULT '',
    "variant" VARCHAR(64) NOT NULL DEFAULT '',
    "os_version" VARCHAR(64) NOT NULL DEFAULT '',
    "annotations" JSONB NOT NULL,

    CONSTRAINT "artifact_references_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "blobs" (
    "id" SERIAL NOT NULL,
    "digest" VARCHAR(135) NOT NULL,
    "size_bytes" BIGINT NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "blobs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "artifact_blobs" (
    "artifact_id" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "blob_id" INTEGER NOT NULL,
    "media_type" VARCHAR(255) NOT NULL,

    CONSTRAINT "artifact_blobs_pkey" PRIMARY KEY ("artifact_id","position")
);

-- CreateTable
CREATE TABLE "members" (
    "id" SERIAL NOT NULL,
    "project_id" INTEGER NOT NULL,
    "user_id" INTEGER NOT NULL,
    "role_id" INTEGER NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "members_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "projects" (
    "id" SERIAL NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "owner_id" INTEGER,
    "public" BOOLEAN NOT NULL DEFAULT false,
    "repository_count" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "projects_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "project_metadata" (
    "project_id" INTEGER NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "value" VARCHAR(255) NOT NULL,

    CONSTRAINT "project_metadata_pkey" PRIMARY KEY ("project_id","name")
);

-- CreateTable
CREATE TABLE "repositories" (
    "id" SERIAL NOT NULL,
    "project_id" INTEGER NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "pull_count" INTEGER NOT NULL DEFAULT 0,
    "artifact_count" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "repositories_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sessions" (
    "id" VARCHAR(64) NOT NULL,
    "user_id" INTEGER NOT NULL,
    "credential_epoch" INTEGER NOT NULL,
    "address" VARCHAR(64) NOT NULL DEFAULT '',
    "user_agent" VARCHAR(512) NOT NULL DEFAULT '',
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "signing_keys" (
    "id" SERIAL NOT NULL,
    "kid" VARCHAR(64) NOT NULL,
    "private_key_encrypted" TEXT NOT NULL,
    "certificate_pem" TEXT NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retired_at" TIMESTAMP(3),
    "expires_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "signing_keys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "system_properties" (
    "name" VARCHAR(128) NOT NULL,
    "value" JSONB NOT NULL,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "system_properties_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "heartbeats" (
    "component" VARCHAR(64) NOT NULL,
    "node" VARCHAR(128) NOT NULL,
    "beat_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "heartbeats_pkey" PRIMARY KEY ("component","node")
);

-- CreateTable
CREATE TABLE "tags" (
    "id" SERIAL NOT NULL,
    "repository_id" INTEGER NOT NULL,
    "artifact_id" INTEGER NOT NULL,
    "name" VARCHAR(128) NOT NULL,
    "pushed_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "pulled_at" TIMESTAMP(3),

    CONSTRAINT "tags_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "users" (
    "id" SERIAL NOT NULL,
    "username" VARCHAR(255) NOT NULL,
    "username_key" VARCHAR(255) NOT NULL,
    "email" VARCHAR(255),
    "email_key" VARCHAR(255),
    "realname" VARCHAR(255) NOT NULL DEFAULT '',
    "comment" VARCHAR(255) NOT NULL DEFAULT '',
    "password_hash" VARCHAR(255),
    "sysadmin" BOOLEAN NOT NULL DEFAULT false,
    "disabled" BOOLEAN NOT NULL DEFAULT false,
    "credential_epoch" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "artifacts_repository_id_listed_pushed_at_id_idx" ON "artifacts"("repository_id", "listed", "pushed_at", "id");

-- CreateIndex
CREATE INDEX "artifacts_repository_id_subject_digest_idx" ON "artifacts"("repository_id", "subject_digest");

-- CreateIndex
CREATE INDEX "artifacts_project_id_pushed_at_id_idx" ON "artifacts"("project_id", "pushed_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "artifacts_repository_id_digest_key" ON "artifacts"("repository_id", "digest");

-- CreateIndex
CREATE INDEX "artifact_references_child_id_idx" ON "artifact_references"("child_id");

-- CreateIndex
CREATE UNIQUE INDEX "artifact_references_parent_id_position_key" ON "artifact_references"("parent_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "blobs_digest_key" ON "blobs"("digest");

-- CreateIndex
CREATE INDEX "artifact_blobs_blob_id_idx" ON "artifact_blobs"("blob_id");

-- CreateIndex
CREATE INDEX "members_user_id_idx" ON "members"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "members_project_id_user_id_key" ON "members"("project_id", "user_id");

-- CreateIndex
CREATE UNIQUE INDEX "projects_name_key" ON "projects"("name");

-- CreateIndex
CREATE INDEX "projects_public_idx" ON "projects"("public");

-- CreateIndex
CREATE INDEX "projects_owner_id_idx" ON "projects"("owner_id");

-- CreateIndex
CREATE INDEX "projects_created_at_id_idx" ON "projects"("created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "repositories_name_key" ON "repositories"("name");

-- CreateIndex
CREATE INDEX "repositories_project_id_created_at_id_idx" ON "repositories"("project_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "repositories_project_id_name_idx" ON "repositories"("project_id", "name");

-- CreateIndex
CREATE INDEX "repositories_created_at_id_idx" ON "repositories"("created_at", "id");

-- CreateIndex
CREATE INDEX "sessions_user_id_idx" ON "sessions"("user_id");

-- CreateIndex
CREATE INDEX "sessions_expires_at_idx" ON "sessions"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "signing_keys_kid_key" ON "signing_keys"("kid");

-- CreateIndex
CREATE INDEX "tags_artifact_id_idx" ON "tags"("artifact_id");

-- CreateIndex
CREATE UNIQUE INDEX "tags_repository_id_name_key" ON "tags"("repository_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "users_username_key_key" ON "users"("username_key");

-- CreateIndex
CREATE UNIQUE INDEX "users_email_key_key" ON "users"("email_key");

-- AddForeignKey
ALTER TABLE "artifacts" ADD CONSTRAINT "artifacts_repository_id_fkey" FOREIGN KEY ("repository_id") REFERENCES "repositories"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "artifact_references" ADD CONSTRAINT "artifact_references_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "artifacts"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "artifact_references" ADD CONSTRAINT "artifact_references_child_id_fkey" FOREIGN KEY ("child_id") REFERENCES "artifacts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "artifact_blobs" ADD CONSTRAINT "artifact_blobs_artifact_id_fkey" FOREIGN KEY ("artifact_id") REFERENCES "artifacts"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "artifact_blobs" ADD CONSTRAINT "artifact_blobs_blob_id_fkey" FOREIGN KEY ("blob_id") REFERENCES "blobs"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "members" ADD CONSTRAINT "members_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "members" ADD CONSTRAINT "members_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "projects" ADD CONSTRAINT "projects_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project_metadata" ADD CONSTRAINT "project_metadata_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "repositories" ADD CONSTRAINT "repositories_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tags" ADD CONSTRAINT "tags_repository_id_fkey" FOREIGN KEY ("repository_id") REFERENCES "repositories"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tags" ADD CONSTRAINT "tags_artifact_id_fkey" FOREIGN KEY ("artifact_id") REFERENCES "artifacts"("id") ON DELETE CASCADE ON UPDATE CASCADE;
