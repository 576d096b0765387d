-- CreateIndex
CREATE INDEX "audit_lines_action_at_id_idx" ON "audit_lines"("action", "at", "id");

-- CreateIndex
CREATE INDEX "audit_lines_resource_at_id_idx" ON "audit_lines"("resource", "at", "id");

-- DropIndex
DROP INDEX "audit_lines_project_id_at_id_idx";

-- DropIndex
DROP INDEX "audit_lines_actor_name_at_id_idx";

-- CreateIndex
CREATE INDEX "audit_lines_project_idx" ON "audit_lines"("project_id", "at", "id", "resource_type", "action", "result");

-- CreateIndex
CREATE INDEX "audit_lines_actor_idx" ON "audit_lines"("actor_name", "at", "id", "resource_type", "action", "result", "project_id", "address");

-- CreateIndex
CREATE INDEX "audit_lines_address_idx" ON "audit_lines"("address", "at", "id", "resource_type", "action", "result", "project_id");

-- CreateIndex
CREATE INDEX "audit_lines_result_at_id_idx" ON "audit_lines"("result", "at", "id");

-- CreateIndex
CREATE INDEX "audit_lines_request_id_idx" ON "audit_lines"("request_id");
