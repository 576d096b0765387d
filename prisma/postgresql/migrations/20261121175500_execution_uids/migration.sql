-- AlterTable
ALTER TABLE "executions" ADD COLUMN     "uid" CHAR(36);

-- CreateIndex
CREATE UNIQUE INDEX "executions_uid_key" ON "executions"("uid");
