-- CreateTable
CREATE TABLE "oidc_accounts" (
    "id" SERIAL NOT NULL,
    "user_id" INTEGER NOT NULL,
    "identity_key" VARCHAR(64) NOT NULL,
    "issuer" VARCHAR(2048) NOT NULL,
    "subject" VARCHAR(255) NOT NULL,
    "refresh_token" TEXT,
    "cli_secret_hash" VARCHAR(255),
    "cli_secret_epoch" INTEGER NOT NULL DEFAULT 0,
    "proven_at" TIMESTAMP(3) NOT NULL,
    "checked_at" TIMESTAMP(3) NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "oidc_accounts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "oidc_newcomers" (
    "id" VARCHAR(64) NOT NULL,
    "payload" TEXT NOT NULL,
    "expires_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "oidc_newcomers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "oidc_sessions" (
    "session_id" VARCHAR(64) NOT NULL,
    "id_token" TEXT NOT NULL,

    CONSTRAINT "oidc_sessions_pkey" PRIMARY KEY ("session_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "oidc_accounts_user_id_key" ON "oidc_accounts"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "oidc_accounts_identity_key_key" ON "oidc_accounts"("identity_key");

-- CreateIndex
CREATE INDEX "oidc_accounts_checked_at_idx" ON "oidc_accounts"("checked_at");

-- CreateIndex
CREATE INDEX "oidc_newcomers_expires_at_idx" ON "oidc_newcomers"("expires_at");

-- AddForeignKey
ALTER TABLE "oidc_accounts" ADD CONSTRAINT "oidc_accounts_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "oidc_sessions" ADD CONSTRAINT "oidc_sessions_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "sessions"("id") ON DELETE CASCADE ON UPDATE CASCADE;
