ALTER TABLE `executions` ADD COLUMN `uid` CHAR(36) NULL;

CREATE UNIQUE INDEX `executions_uid_key` ON `executions`(`uid`);
