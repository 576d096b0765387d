ALTER TABLE `tags`
  ADD COLUMN `project_id` INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN `name_key` VARCHAR(128) NOT NULL DEFAULT '';

CREATE TABLE `repository_suffixes` (
  `repository_id` INTEGER NOT NULL,
  `position` INTEGER NOT NULL,
  `project_id` INTEGER NOT NULL,
  `within_word` BOOLEAN NOT NULL,
  `suffix` VARCHAR(64) NOT NULL,
  PRIMARY KEY (`repository_id`, `position`),
  INDEX `repository_suffixes_in_project_idx` (`project_id`, `within_word`, `suffix`, `repository_id`),
  INDEX `repository_suffixes_everywhere_idx` (`within_word`, `suffix`, `repository_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `artifact_terms` (
  `artifact_id` INTEGER NOT NULL,
  `position` INTEGER NOT NULL,
  `project_id` INTEGER NOT NULL,
  `term` VARCHAR(128) NOT NULL,
  PRIMARY KEY (`artifact_id`, `position`),
  INDEX `artifact_terms_project_id_term_artifact_id_idx` (`project_id`, `term`, `artifact_id`),
  INDEX `artifact_terms_term_artifact_id_idx` (`term`, `artifact_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What stands in the index already is found too; of annotations `key=value` and the value's beginning.
UPDATE `tags` t JOIN `repositories` r ON r.`id` = t.`repository_id`
   SET t.`name_key` = LOWER(t.`name`), t.`project_id` = r.`project_id`;

INSERT INTO `repository_suffixes` (`repository_id`, `position`, `project_id`, `within_word`, `suffix`)
WITH RECURSIVE numbers AS (SELECT 1 AS p UNION ALL SELECT p + 1 FROM numbers WHERE p < 255)
SELECT r.`id`, p - 1, r.`project_id`,
       NOT (SUBSTR(r.`name`, p, 1) REGEXP '[a-z0-9]' AND (p = 1 OR SUBSTR(r.`name`, p - 1, 1) NOT REGEXP '[a-z0-9]')),
       SUBSTR(r.`name`, p, 64)
  FROM `repositories` r JOIN numbers ON p <= CHAR_LENGTH(r.`name`);

INSERT INTO `artifact_terms` (`artifact_id`, `position`, `project_id`, `term`)
SELECT t.`id`, ROW_NUMBER() OVER (PARTITION BY t.`id` ORDER BY t.`term`) - 1, t.`project_id`, t.`term`
  FROM (SELECT a.`id`, a.`project_id`, SUBSTR(LOWER(CONCAT(k.`name`, '=', JSON_VALUE(a.`annotations`, CONCAT('$."', REPLACE(REPLACE(k.`name`, '\\', '\\\\'), '"', '\\"'), '"')))), 1, 128) AS `term`
          FROM `artifacts` a, JSON_TABLE(JSON_KEYS(a.`annotations`), '$[*]' COLUMNS (`name` VARCHAR(255) PATH '$')) k
         UNION
        SELECT a.`id`, a.`project_id`, SUBSTR(LOWER(JSON_VALUE(a.`annotations`, CONCAT('$."', REPLACE(REPLACE(k.`name`, '\\', '\\\\'), '"', '\\"'), '"'))), 1, 128)
          FROM `artifacts` a, JSON_TABLE(JSON_KEYS(a.`annotations`), '$[*]' COLUMNS (`name` VARCHAR(255) PATH '$')) k) t
 WHERE t.`term` <> '';

CREATE INDEX `artifacts_project_id_digest_idx` ON `artifacts` (`project_id`, `digest`);
CREATE INDEX `artifacts_digest_idx` ON `artifacts` (`digest`);
CREATE INDEX `tags_project_id_name_key_id_idx` ON `tags` (`project_id`, `name_key`, `id`);
CREATE INDEX `tags_name_key_id_idx` ON `tags` (`name_key`, `id`);

ALTER TABLE `repository_suffixes` ADD CONSTRAINT `repository_suffixes_repository_id_fkey` FOREIGN KEY (`repository_id`) REFERENCES `repositories` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `artifact_terms` ADD CONSTRAINT `artifact_terms_artifact_id_fkey` FOREIGN KEY (`artifact_id`) REFERENCES `artifacts` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
