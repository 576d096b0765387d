-- They tell of every repository, and were given to robots that are limited to some.
DELETE FROM `robot_permissions` WHERE `resource` IN ('log', 'notification-policy') AND `repositories` IS NOT NULL;
