ALTER TABLE `audit_destinations` ADD COLUMN `previous_secret_encrypted` TEXT NULL,
  ADD COLUMN `previous_secret_until` DATETIME(3) NULL;
