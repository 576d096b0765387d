ALTER TABLE `directory_accounts`
  ADD COLUMN `held_since` DATETIME(3) NULL,
  ADD COLUMN `proven_at` DATETIME(3) NULL;

-- Whoever was missing was not proven by the look that found so.
UPDATE `directory_accounts` SET `proven_at` = CASE WHEN `missing_since` < `looked_at` THEN `missing_since` ELSE `looked_at` END;

ALTER TABLE `directory_accounts`
  MODIFY COLUMN `proven_at` DATETIME(3) NOT NULL,
  ADD INDEX `directory_accounts_held_since_idx` (`held_since`);
