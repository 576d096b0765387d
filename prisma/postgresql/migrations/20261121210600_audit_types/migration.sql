-- CreateIndex
CREATE INDEX "audit_lines_resource_type_at_id_idx" ON "audit_lines"("resource_type", "at", "id");
