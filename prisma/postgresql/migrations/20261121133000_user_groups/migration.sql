-- AlterTable
ALTER TABLE "users" ADD COLUMN     "admin_by_group" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "auth_source" VARCHAR(16) NOT NULL DEFAULT 'local';

-- AlterTable
ALTER TABLE "members" ADD COLUMN     "group_id" INTEGER,
ADD COLUMN     "repositories" JSONB,
ALTER COLUMN "user_id" DROP NOT NULL;

-- AlterTable
ALTER TABLE "robot_permissions" ADD COLUMN     "repositories" JSONB;

-- CreateTable
CREATE TABLE "user_groups" (
    "id" SERIAL NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "type" INTEGER NOT NULL,
    "ldap_dn" TEXT,
    "identity_key" VARCHAR(64) NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "user_groups_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user_group_members" (
    "user_id" INTEGER NOT NULL,
    "group_id" INTEGER NOT NULL,

    CONSTRAINT "user_group_members_pkey" PRIMARY KEY ("user_id","group_id")
);

-- CreateIndex
CREATE INDEX "user_groups_name_idx" ON "user_groups"("name");

-- CreateIndex
CREATE UNIQUE INDEX "user_groups_type_identity_key_key" ON "user_groups"("type", "identity_key");

-- CreateIndex
CREATE INDEX "user_group_members_group_id_idx" ON "user_group_members"("group_id");

-- CreateIndex
CREATE INDEX "members_group_id_idx" ON "members"("group_id");

-- CreateIndex
CREATE UNIQUE INDEX "members_project_id_group_id_key" ON "members"("project_id", "group_id");

-- AddForeignKey
ALTER TABLE "user_group_members" ADD CONSTRAINT "user_group_members_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "user_group_members" ADD CONSTRAINT "user_group_members_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "user_groups"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "members" ADD CONSTRAINT "members_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "user_groups"("id") ON DELETE CASCADE ON UPDATE CASCADE;
