import { AsyncLocalStorage } from 'node:async_hooks'

/** Where a request came from, as its door knows it. */
export interface Origin {
  /** The client's network address. */
  address: string
  userAgent: string
  /** The one that the answer carries. */
  requestId: string
}

const storage = new AsyncLocalStorage<Origin>()
const nowhere: Origin = { address: '', userAgent: '', requestId: '' }

/** For doors: what `run` does, and all that it waits for, is recorded as asked for from here. */
export const withOrigin = <T>(origin: Origin, run: () => T): T => storage.run(origin, run)

/** Empty for what nobody asked for, as jobs. */
export const currentOrigin = (): Origin => storage.getStore() ?? nowhere
