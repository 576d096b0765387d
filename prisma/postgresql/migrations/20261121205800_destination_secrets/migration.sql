ALTER TABLE "audit_destinations" ADD COLUMN     "previous_secret_encrypted" TEXT,
ADD COLUMN     "previous_secret_until" TIMESTAMP(3);
