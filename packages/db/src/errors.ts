import { Prisma as Mysql } from './generated/mysql/client.ts'
import { Prisma as Postgresql } from './generated/postgresql/client.ts'

/** Prisma's error code (P2002, …), whichever of the two generated clients threw it. */
function prismaCode(error: unknown): string | undefined {
  if (
    error instanceof Mysql.PrismaClientKnownRequestError ||
    error instanceof Postgresql.PrismaClientKnownRequestError
  )
    return error.code
  return undefined
}

type DriverFields = { code?: unknown; errno?: unknown; cause?: unknown }

/** The driver's own codes along the chain of causes: SQLSTATE on Postgres, errno and name on MySQL. */
function driverCodes(error: unknown): Set<string> {
  const codes = new Set<string>()
  let current: unknown = error
  for (let depth = 0; current && typeof current === 'object' && depth < 5; depth++) {
    const fields = current as DriverFields & {
      originalCode?: unknown
      meta?: { driverAdapterError?: unknown }
    }
    for (const value of [fields.code, fields.errno, fields.originalCode])
      if (value !== undefined) codes.add(String(value))
    current = fields.cause ?? fields.meta?.driverAdapterError
  }
  return codes
}

const has = (error: unknown, codes: readonly string[]): boolean => {
  const found = driverCodes(error)
  return codes.some((code) => found.has(code))
}

/** A row with the same unique key exists. */
export const isUniqueViolation = (error: unknown): boolean =>
  prismaCode(error) === 'P2002' || has(error, ['23505', '1062', 'ER_DUP_ENTRY'])

/** A row refers to one that is missing, or one that is still referred to was to be deleted. */
export const isForeignKeyViolation = (error: unknown): boolean =>
  prismaCode(error) === 'P2003' || has(error, ['23503', '23001', '1451', '1452'])

/** The row to change is gone. */
export const isMissingRow = (error: unknown): boolean => prismaCode(error) === 'P2025'

/** Deadlock, serialization failure or lock wait timeout: the same transaction may succeed when run again. */
export const isRetryable = (error: unknown): boolean =>
  prismaCode(error) === 'P2034' || has(error, ['40001', '40P01', '1213', '1205', 'ER_LOCK_DEADLOCK'])

/** A transaction took longer than it may, or none could begin: what belongs together may be too much for one. */
export const isOutOfTime = (error: unknown): boolean => prismaCode(error) === 'P2028'

/** The database cannot be reached or has no connection free; nothing can be said about the data. */
export const isUnavailable = (error: unknown): boolean =>
  ['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028'].includes(prismaCode(error) ?? '') ||
  has(error, [
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'ENOTFOUND',
    '57P01',
    '57P02',
    '57P03',
    '08006',
    '08003',
    '08001',
    '53300',
    '1053',
    '1927',
    '45028',
    '45009',
    '45013',
    '45026',
    'ER_GET_CONNECTION_TIMEOUT',
    'ER_SOCKET_UNEXPECTED_CLOSE',
    'ER_CMD_CONNECTION_CLOSED',
    'ER_CONNECTION_KILLED',
  ]) ||
  says(error, LOST) ||
  isPoolTimeout(error)

/** All connections of the pool were in use for as long as it lets anybody wait; nothing was done. */
export const isPoolTimeout = (error: unknown): boolean =>
  has(error, ['45028', 'ER_GET_CONNECTION_TIMEOUT']) || says(error, POOL_TIMEOUT)

// The Postgres driver has words for these and no code.
const LOST = /Connection terminated|is not queryable/
const POOL_TIMEOUT = /timeout exceeded when trying to connect/

function says(error: unknown, words: RegExp): boolean {
  let current: unknown = error
  for (let depth = 0; current instanceof Error && depth < 5; depth++) {
    if (words.test(current.message)) return true
    current =
      current.cause ?? (current as { meta?: { driverAdapterError?: unknown } }).meta?.driverAdapterError
  }
  return false
}
