ALTER TABLE `audit_lines` ADD INDEX `audit_lines_resource_type_at_id_idx` (`resource_type`, `at`, `id`);
