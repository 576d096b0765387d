import type { PrismaMariaDb } from '@prisma/adapter-mariadb'

type Adapter = Awaited<ReturnType<PrismaMariaDb['connect']>>
type Transaction = Awaited<ReturnType<Adapter['startTransaction']>>
type Query = Parameters<Transaction['executeRaw']>[0]

const INSERT_IGNORE = /^\s*INSERT IGNORE /i
/** A row with the same unique key is there: what `skipDuplicates` asks to pass over. */
const DUPLICATE = 1062

/**
 * Prisma writes `skipDuplicates` as INSERT IGNORE, which also passes over rows that refer to nothing and cuts texts that
 * are too long. Here such a statement fails, as on Postgres, with the error that it hid; what it wrote is rolled back.
 */
export function refusingHiddenErrors(factory: PrismaMariaDb): PrismaMariaDb {
  const connect = factory.connect.bind(factory)
  factory.connect = async () => {
    const adapter = await connect()
    const startTransaction = adapter.startTransaction.bind(adapter)
    const executeRaw = adapter.executeRaw.bind(adapter)
    adapter.startTransaction = async (level) => checked(await startTransaction(level))
    adapter.executeRaw = async (query) => {
      if (!INSERT_IGNORE.test(query.sql)) return executeRaw(query)
      const transaction = await adapter.startTransaction()
      try {
        const count = await transaction.executeRaw(query)
        await transaction.commit()
        return count
      } catch (error) {
        await transaction.rollback()
        throw error
      }
    }
    return adapter
  }
  return factory
}

function checked(transaction: Transaction): Transaction {
  const executeRaw = transaction.executeRaw.bind(transaction)
  transaction.executeRaw = async (query) => {
    const count = await executeRaw(query)
    if (INSERT_IGNORE.test(query.sql)) await refuseOthers(transaction)
    return count
  }
  return transaction
}

const warnings: Query = { sql: 'SHOW WARNINGS', args: [], argTypes: [] }

async function refuseOthers(transaction: Transaction): Promise<void> {
  const { rows } = await transaction.queryRaw(warnings)
  const hidden = rows.find(([, code]) => Number(code) !== DUPLICATE)
  if (!hidden) return
  const [, code, message] = hidden
  throw Object.assign(new Error(String(message)), { errno: Number(code) })
}
