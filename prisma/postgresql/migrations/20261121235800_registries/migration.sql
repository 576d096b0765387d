-- CreateTable
CREATE TABLE "registries" (
    "id" SERIAL NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "description" VARCHAR(1024) NOT NULL DEFAULT '',
    "url" VARCHAR(2048) NOT NULL,
    "type" VARCHAR(32) NOT NULL,
    "insecure" BOOLEAN NOT NULL DEFAULT false,
    "ca_certificate" TEXT,
    "credential_type" VARCHAR(16) NOT NULL DEFAULT '',
    "access_key" VARCHAR(512) NOT NULL DEFAULT '',
    "access_secret" TEXT,
    "status" VARCHAR(16) NOT NULL DEFAULT 'unknown',
    "status_message" VARCHAR(1024) NOT NULL DEFAULT '',
    "checked_at" TIMESTAMP(3),
    "instance_id" VARCHAR(64),
    "max_transfers" INTEGER NOT NULL DEFAULT 6,
    "bandwidth_kbps" INTEGER NOT NULL DEFAULT 0,
    "paused_until" TIMESTAMP(3),
    "failures_in_row" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMP(3) NOT NULL,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "registries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "replication_policies" (
    "id" SERIAL NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "description" VARCHAR(1024) NOT NULL DEFAULT '',
    "src_registry_id" INTEGER,
    "dest_registry_id" INTEGER,
    "dest_namespace" VARCHAR(255) NOT NULL DEFAULT '',
    "replace_count" INTEGER NOT NULL DEFAULT -1,
    "filters" JSONB NOT NULL,
    "trigger_kind" VARCHAR(16) NOT NULL,
    "cron" VARCHAR(128) NOT NULL DEFAULT '',
    "deletion" BOOLEAN NOT NULL DEFAULT false,
    "override" BOOLEAN NOT NULL DEFAULT true,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "speed_kbps" INTEGER NOT NULL DEFAULT 0,
    "copy_by_chunk" BOOLEAN NOT NULL DEFAULT false,
    "single_active" BOOLEAN NOT NULL DEFAULT false,
    "mirror" BOOLEAN NOT NULL DEFAULT false,
    "creator_name" VARCHAR(255) NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "replication_policies_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "registries_name_key" ON "registries"("name");

-- CreateIndex
CREATE INDEX "registries_checked_at_idx" ON "registries"("checked_at");

-- CreateIndex
CREATE UNIQUE INDEX "replication_policies_name_key" ON "replication_policies"("name");

-- CreateIndex
CREATE INDEX "replication_policies_src_registry_id_idx" ON "replication_policies"("src_registry_id");

-- CreateIndex
CREATE INDEX "replication_policies_dest_registry_id_idx" ON "replication_policies"("dest_registry_id");

-- AddForeignKey
ALTER TABLE "replication_policies" ADD CONSTRAINT "replication_policies_src_registry_id_fkey" FOREIGN KEY ("src_registry_id") REFERENCES "registries"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "replication_policies" ADD CONSTRAINT "replication_policies_dest_registry_id_fkey" FOREIGN KEY ("dest_registry_id") REFERENCES "registries"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
