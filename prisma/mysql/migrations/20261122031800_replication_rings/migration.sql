ALTER TABLE `replication_transfers`
  ADD COLUMN `seen` JSON NULL,
  ADD COLUMN `had` JSON NULL,
  ADD COLUMN `is_look` BOOLEAN NOT NULL DEFAULT false,
  ADD INDEX `replication_transfers_policy_id_source_due_at_idx` (`policy_id`, `source`, `due_at`);

CREATE TABLE `replication_tag_states` (
  `policy_id` INTEGER NOT NULL,
  `repository` VARCHAR(255) NOT NULL,
  `tag` VARCHAR(128) NOT NULL,
  `digest` VARCHAR(135) NOT NULL,
  PRIMARY KEY (`policy_id`, `repository`, `tag`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `replication_tag_states` ADD CONSTRAINT `replication_tag_states_policy_id_fkey` FOREIGN KEY (`policy_id`) REFERENCES `replication_policies` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
