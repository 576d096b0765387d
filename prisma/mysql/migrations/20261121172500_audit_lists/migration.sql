ALTER TABLE `audit_lines`
  ADD INDEX `audit_lines_action_at_id_idx` (`action`, `at`, `id`),
  ADD INDEX `audit_lines_resource_at_id_idx` (`resource`, `at`, `id`),
  DROP INDEX `audit_lines_project_id_at_id_idx`,
  DROP INDEX `audit_lines_actor_name_at_id_idx`,
  ADD INDEX `audit_lines_project_idx` (`project_id`, `at`, `id`, `resource_type`, `action`, `result`),
  ADD INDEX `audit_lines_actor_idx` (`actor_name`, `at`, `id`, `resource_type`, `action`, `result`, `project_id`, `address`),
  ADD INDEX `audit_lines_address_idx` (`address`, `at`, `id`, `resource_type`, `action`, `result`, `project_id`),
  ADD INDEX `audit_lines_result_at_id_idx` (`result`, `at`, `id`),
  ADD INDEX `audit_lines_request_id_idx` (`request_id`);
