-- CreateIndex
CREATE INDEX `replication_transfers_registry_id_policy_id_is_big_due_at_idx` ON `replication_transfers`(`registry_id`, `policy_id`, `is_big`, `due_at`);

-- DropIndex
DROP INDEX `replication_transfers_registry_id_policy_id_due_at_idx` ON `replication_transfers`;
