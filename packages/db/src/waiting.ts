import type { PrismaMariaDb } from '@prisma/adapter-mariadb'
import { isPoolTimeout } from './errors.ts'

type Adapter = Awaited<ReturnType<PrismaMariaDb['connect']>>
type Asking = Pick<Adapter, 'queryRaw' | 'executeRaw' | 'startTransaction'>

/** So many times the pool's own limit. */
export const POOL_WAITS = 4

/**
 * The pools send away who waited so long for a connection, however quickly the others come and go. Here one waits on while
 * others get theirs: then the server is there, and only much is asked of it. Nothing was done yet, so asking again is safe.
 */
export function waitingForTurns<F extends { connect(): Promise<Asking> }>(factory: F): F {
  const connect = factory.connect.bind(factory)
  let served = 0
  const patient =
    <A, T>(ask: (argument: A) => Promise<T>) =>
    async (argument: A): Promise<T> => {
      for (let wait = 1; ; wait++) {
        const before = served
        try {
          const answer = await ask(argument)
          served++
          return answer
        } catch (error) {
          if (!isPoolTimeout(error) || served === before || wait >= POOL_WAITS) throw error
        }
      }
    }
  factory.connect = async () => {
    const adapter = await connect()
    adapter.queryRaw = patient(adapter.queryRaw.bind(adapter))
    adapter.executeRaw = patient(adapter.executeRaw.bind(adapter))
    adapter.startTransaction = patient(adapter.startTransaction.bind(adapter))
    return adapter
  }
  return factory
}
