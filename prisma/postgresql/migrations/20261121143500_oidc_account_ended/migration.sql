-- AlterTable
ALTER TABLE "oidc_accounts" ADD COLUMN     "ended_at" TIMESTAMP(3);
