-- AlterTable
ALTER TABLE `executions` ADD COLUMN `notes` JSON NULL,
    ADD COLUMN `status_reason` VARCHAR(24) NOT NULL DEFAULT '';

-- What was told in words of their own until now. Several notes of one run stay one.
UPDATE `executions` SET `status_reason` = 'skipped'
  WHERE `vendor_type` = 'REPLICATION' AND `status` = 'Error' AND `status_message` LIKE 'skipped: %';
UPDATE `executions` SET `notes` = JSON_ARRAY(JSON_OBJECT(
    'reason', CASE WHEN REGEXP_SUBSTR(`status_message`, '; ([0-9]+ (repositories|tags) are left out, whose names are not valid: |a registry of the type [A-Za-z0-9_-]+ knows no labels: )') LIKE '; a registry%' THEN 'no_labels' ELSE 'left_out' END,
    'sentence', SUBSTRING(REGEXP_SUBSTR(`status_message`, '; ([0-9]+ (repositories|tags) are left out, whose names are not valid: |a registry of the type [A-Za-z0-9_-]+ knows no labels: ).*$'), 3)))
  WHERE `vendor_type` = 'REPLICATION'
    AND `status_message` REGEXP '; ([0-9]+ (repositories|tags) are left out, whose names are not valid: |a registry of the type [A-Za-z0-9_-]+ knows no labels: )';
