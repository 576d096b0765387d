ALTER TABLE `users`
  ADD COLUMN `admin_by_group` BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN `auth_source` VARCHAR(16) NOT NULL DEFAULT 'local';

CREATE TABLE `user_groups` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `name` VARCHAR(255) NOT NULL,
  `type` INTEGER NOT NULL,
  `ldap_dn` TEXT NULL,
  `identity_key` VARCHAR(64) NOT NULL,
  `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `updated_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `user_groups_name_idx` (`name`),
  UNIQUE INDEX `user_groups_type_identity_key_key` (`type`, `identity_key`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `user_group_members` (
  `user_id` INTEGER NOT NULL,
  `group_id` INTEGER NOT NULL,
  PRIMARY KEY (`user_id`, `group_id`),
  INDEX `user_group_members_group_id_idx` (`group_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `members`
  MODIFY COLUMN `user_id` INTEGER NULL,
  ADD COLUMN `group_id` INTEGER NULL,
  ADD COLUMN `repositories` JSON NULL,
  ADD INDEX `members_group_id_idx` (`group_id`),
  ADD UNIQUE INDEX `members_project_id_group_id_key` (`project_id`, `group_id`);

ALTER TABLE `robot_permissions` ADD COLUMN `repositories` JSON NULL;

ALTER TABLE `user_group_members` ADD CONSTRAINT `user_group_members_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `user_group_members` ADD CONSTRAINT `user_group_members_group_id_fkey` FOREIGN KEY (`group_id`) REFERENCES `user_groups` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `members` ADD CONSTRAINT `members_group_id_fkey` FOREIGN KEY (`group_id`) REFERENCES `user_groups` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
