-- AlterTable
ALTER TABLE "audit_lines" ADD COLUMN     "hash" VARCHAR(64),
ADD COLUMN     "position" BIGINT,
ADD COLUMN     "seal" VARCHAR(32);

-- CreateTable
CREATE TABLE "audit_heads" (
    "id" INTEGER NOT NULL,
    "position" BIGINT NOT NULL,
    "hash" VARCHAR(64) NOT NULL,
    "unproven_until" BIGINT NOT NULL,
    "at" TIMESTAMP(3) NOT NULL,
    "signature" VARCHAR(128) NOT NULL,

    CONSTRAINT "audit_heads_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_checkpoints" (
    "first_position" BIGINT NOT NULL,
    "last_position" BIGINT NOT NULL,
    "reason" VARCHAR(16) NOT NULL,
    "hash_before" VARCHAR(64) NOT NULL,
    "hash_after" VARCHAR(64) NOT NULL,
    "at" TIMESTAMP(3) NOT NULL,
    "signature" VARCHAR(128) NOT NULL,

    CONSTRAINT "audit_checkpoints_pkey" PRIMARY KEY ("first_position")
);

-- CreateIndex
CREATE UNIQUE INDEX "audit_checkpoints_last_position_key" ON "audit_checkpoints"("last_position");

-- CreateIndex
CREATE INDEX "audit_lines_position_id_idx" ON "audit_lines"("position", "id");
