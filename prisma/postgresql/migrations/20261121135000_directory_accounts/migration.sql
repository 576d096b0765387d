-- CreateTable
CREATE TABLE "directory_accounts" (
    "user_id" INTEGER NOT NULL,
    "external_id" VARCHAR(255) NOT NULL,
    "dn" TEXT NOT NULL,
    "ended_at" TIMESTAMP(3),
    "missing_since" TIMESTAMP(3),
    "looked_at" TIMESTAMP(3) NOT NULL,
    "next_look_at" TIMESTAMP(3) NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "directory_accounts_pkey" PRIMARY KEY ("user_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "directory_accounts_external_id_key" ON "directory_accounts"("external_id");

-- CreateIndex
CREATE INDEX "directory_accounts_next_look_at_idx" ON "directory_accounts"("next_look_at");

-- AddForeignKey
ALTER TABLE "directory_accounts" ADD CONSTRAINT "directory_accounts_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
