/** What db makes of a database's URL. Only the reading of its options, without any driver: settings come before those. */
export { DatabaseUrlError, mysqlTls } from '@berth/db/mysql-url'
