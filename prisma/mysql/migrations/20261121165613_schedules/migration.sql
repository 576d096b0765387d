CREATE TABLE `schedules` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `vendor_type` VARCHAR(64) NOT NULL,
  `vendor_id` INTEGER NOT NULL,
  `type` VARCHAR(16) NOT NULL,
  `cron` VARCHAR(128) NOT NULL,
  `params` JSON NOT NULL,
  `next_run_at` DATETIME(3) NOT NULL,
  `paused` BOOLEAN NOT NULL DEFAULT false,
  `created_at` DATETIME(3) NOT NULL,
  `updated_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `schedules_vendor_type_vendor_id_key` (`vendor_type`, `vendor_id`),
  INDEX `schedules_next_run_at_idx` (`next_run_at`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
