ALTER TABLE `oidc_accounts` ADD COLUMN `ended_at` DATETIME(3) NULL;
