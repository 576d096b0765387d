ALTER TABLE `audit_lines`
  ADD COLUMN `position` BIGINT NULL,
  ADD COLUMN `hash` VARCHAR(64) NULL,
  ADD COLUMN `seal` VARCHAR(32) NULL,
  ADD INDEX `audit_lines_position_id_idx` (`position`, `id`);

CREATE TABLE `audit_heads` (
  `id` INTEGER NOT NULL,
  `position` BIGINT NOT NULL,
  `hash` VARCHAR(64) NOT NULL,
  `unproven_until` BIGINT NOT NULL,
  `at` DATETIME(3) NOT NULL,
  `signature` VARCHAR(128) NOT NULL,
  PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `audit_checkpoints` (
  `first_position` BIGINT NOT NULL,
  `last_position` BIGINT NOT NULL,
  `reason` VARCHAR(16) NOT NULL,
  `hash_before` VARCHAR(64) NOT NULL,
  `hash_after` VARCHAR(64) NOT NULL,
  `at` DATETIME(3) NOT NULL,
  `signature` VARCHAR(128) NOT NULL,
  UNIQUE INDEX `audit_checkpoints_last_position_key` (`last_position`),
  PRIMARY KEY (`first_position`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
