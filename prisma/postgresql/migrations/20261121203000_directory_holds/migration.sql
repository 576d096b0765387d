ALTER TABLE "directory_accounts" ADD COLUMN     "held_since" TIMESTAMP(3),
ADD COLUMN     "proven_at" TIMESTAMP(3);

-- Whoever was missing was not proven by the look that found so.
UPDATE "directory_accounts" SET "proven_at" = CASE WHEN "missing_since" < "looked_at" THEN "missing_since" ELSE "looked_at" END;

ALTER TABLE "directory_accounts" ALTER COLUMN "proven_at" SET NOT NULL;

-- CreateIndex
CREATE INDEX "directory_accounts_held_since_idx" ON "directory_accounts"("held_since");
