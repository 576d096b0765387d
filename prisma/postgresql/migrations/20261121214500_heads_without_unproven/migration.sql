-- AlterTable
ALTER TABLE "audit_heads" DROP COLUMN "unproven_until";
