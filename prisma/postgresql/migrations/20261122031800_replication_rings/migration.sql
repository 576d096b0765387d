-- AlterTable
ALTER TABLE "replication_transfers" ADD COLUMN     "had" JSONB,
ADD COLUMN     "is_look" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "seen" JSONB;

-- CreateTable
CREATE TABLE "replication_tag_states" (
    "policy_id" INTEGER NOT NULL,
    "repository" VARCHAR(255) NOT NULL,
    "tag" VARCHAR(128) NOT NULL,
    "digest" VARCHAR(135) NOT NULL,

    CONSTRAINT "replication_tag_states_pkey" PRIMARY KEY ("policy_id","repository","tag")
);

-- CreateIndex
CREATE INDEX "replication_transfers_policy_id_source_due_at_idx" ON "replication_transfers"("policy_id", "source", "due_at");

-- AddForeignKey
ALTER TABLE "replication_tag_states" ADD CONSTRAINT "replication_tag_states_policy_id_fkey" FOREIGN KEY ("policy_id") REFERENCES "replication_policies"("id") ON DELETE CASCADE ON UPDATE CASCADE;
