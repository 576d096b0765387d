-- CreateTable
CREATE TABLE "audit_destinations" (
    "id" SERIAL NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "address" VARCHAR(2048) NOT NULL,
    "tls" BOOLEAN NOT NULL DEFAULT false,
    "ca_pem" TEXT,
    "auth" VARCHAR(16) NOT NULL DEFAULT 'none',
    "secret_encrypted" TEXT,
    "configured" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL,
    "position" BIGINT NOT NULL,
    "delivered" BIGINT NOT NULL DEFAULT 0,
    "lost" BIGINT NOT NULL DEFAULT 0,
    "lost_at" TIMESTAMP(3),
    "last_delivered_at" TIMESTAMP(3),
    "failures" INTEGER NOT NULL DEFAULT 0,
    "last_error" VARCHAR(1024),
    "last_error_at" TIMESTAMP(3),
    "due_at" TIMESTAMP(3) NOT NULL,
    "lease_id" VARCHAR(36),
    "leased_until" TIMESTAMP(3),

    CONSTRAINT "audit_destinations_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "audit_destinations_name_key" ON "audit_destinations"("name");
