ALTER TABLE "directory_accounts" ADD COLUMN     "password_mark" VARCHAR(64);
