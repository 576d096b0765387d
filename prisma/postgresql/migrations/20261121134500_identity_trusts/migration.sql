-- CreateTable
CREATE TABLE "identity_trusts" (
    "id" SERIAL NOT NULL,
    "robot_id" INTEGER NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "issuer" VARCHAR(255) NOT NULL,
    "audience" VARCHAR(255) NOT NULL,
    "claims" JSONB NOT NULL,
    "ca_pem" TEXT,
    "disabled" BOOLEAN NOT NULL DEFAULT false,
    "last_used_at" TIMESTAMP(3),
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "identity_trusts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "spent_identity_tokens" (
    "id" CHAR(64) NOT NULL,
    "expires_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "spent_identity_tokens_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "identity_trusts_issuer_audience_idx" ON "identity_trusts"("issuer", "audience");

-- CreateIndex
CREATE UNIQUE INDEX "identity_trusts_robot_id_name_key" ON "identity_trusts"("robot_id", "name");

-- CreateIndex
CREATE INDEX "spent_identity_tokens_expires_at_idx" ON "spent_identity_tokens"("expires_at");

-- AddForeignKey
ALTER TABLE "identity_trusts" ADD CONSTRAINT "identity_trusts_robot_id_fkey" FOREIGN KEY ("robot_id") REFERENCES "robots"("id") ON DELETE CASCADE ON UPDATE CASCADE;
