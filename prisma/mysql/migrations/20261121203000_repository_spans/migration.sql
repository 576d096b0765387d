CREATE TABLE `repository_spans` (
  `days` INTEGER NOT NULL,
  `day` INTEGER NOT NULL,
  `repository_id` INTEGER NOT NULL,
  `project_id` INTEGER NOT NULL,
  `pulls` BIGINT NOT NULL DEFAULT 0,
  `pushes` BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (`days`, `day`, `repository_id`),
  INDEX `repository_spans_repository_id_idx` (`repository_id`),
  INDEX `repository_spans_project_id_days_day_idx` (`project_id`, `days`, `day`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What was counted so far, once.
INSERT INTO repository_spans (days, day, repository_id, project_id, pulls, pushes)
SELECT s.days, d.day - MOD(d.day, s.days), d.repository_id, MAX(d.project_id), SUM(d.pulls), SUM(d.pushes)
  FROM repository_days d CROSS JOIN (SELECT 7 AS days UNION ALL SELECT 28) s
 GROUP BY s.days, d.day - MOD(d.day, s.days), d.repository_id;
