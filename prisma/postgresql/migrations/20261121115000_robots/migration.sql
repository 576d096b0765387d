-- CreateTable
CREATE TABLE "robots" (
    "id" SERIAL NOT NULL,
    "project_id" INTEGER,
    "name" VARCHAR(255) NOT NULL,
    "description" VARCHAR(1024) NOT NULL DEFAULT '',
    "secret_hash" VARCHAR(255) NOT NULL,
    "secret_epoch" INTEGER NOT NULL DEFAULT 0,
    "disabled" BOOLEAN NOT NULL DEFAULT false,
    "duration_days" INTEGER NOT NULL,
    "expires_at" TIMESTAMP(3),
    "creator_type" VARCHAR(16) NOT NULL,
    "creator_id" INTEGER NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "robots_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "robot_permissions" (
    "robot_id" INTEGER NOT NULL,
    "space" INTEGER NOT NULL,
    "resource" VARCHAR(64) NOT NULL,
    "action" VARCHAR(32) NOT NULL,
    "project_id" INTEGER,

    CONSTRAINT "robot_permissions_pkey" PRIMARY KEY ("robot_id","space","resource","action")
);

-- CreateIndex
CREATE UNIQUE INDEX "robots_name_key" ON "robots"("name");

-- CreateIndex
CREATE INDEX "robots_project_id_idx" ON "robots"("project_id");

-- CreateIndex
CREATE INDEX "robot_permissions_project_id_idx" ON "robot_permissions"("project_id");

-- AddForeignKey
ALTER TABLE "robots" ADD CONSTRAINT "robots_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "robot_permissions" ADD CONSTRAINT "robot_permissions_robot_id_fkey" FOREIGN KEY ("robot_id") REFERENCES "robots"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "robot_permissions" ADD CONSTRAINT "robot_permissions_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;
