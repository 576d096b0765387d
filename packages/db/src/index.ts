import { Prisma } from './generated/mysql/client.ts'

/**
 * Pieces of SQL for `tx.$queryRaw`, on either database: values only ever travel as parameters. `DbNull`: NULL in a
 * column for JSON, which could also hold JSON's null.
 */
export const { sql, join, DbNull } = Prisma

export {
  isForeignKeyViolation,
  isMissingRow,
  isOutOfTime,
  isRetryable,
  isUnavailable,
  isUniqueViolation,
} from './errors.ts'
export type { Prisma } from './generated/mysql/client.ts'
export {
  type Db,
  type DbSettings,
  openDb,
  type PrismaDb,
  type Provider,
  providerOf,
  type Tx,
} from './open.ts'
export { marks, numbered } from './placeholders.ts'
export { LockTimeoutError, type Row, type SqlValue } from './sql.ts'
