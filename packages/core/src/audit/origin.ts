import { AsyncLocalStorage } from 'node:async_hooks'

/** Where a request came from, as its door knows it. */
export interface Origin {
  /** The client's network address. */
  address: string
  userAgent: string
  /** The one that the answer carries. */
  requestId: string
  /** Instance ids of the Berths that a replication says have what it asks for, or get it from elsewhere. */
  seen?: readonly string[]
}

/** As many Berths as one image may have gone through. */
export const MAX_SEEN = 64
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What `Berth-Seen` names. One that is odd does not hide the others; of too many none counts. */
export function seenIn(header: string | undefined): string[] {
  if (header === undefined) return []
  const ids = [...new Set(header.split(',').map((id) => id.trim()))]
  return ids.length <= MAX_SEEN ? ids.filter((id) => UUID.test(id)) : []
}

const storage = new AsyncLocalStorage<Origin>()
const nowhere: Origin = { address: '', userAgent: '', requestId: '' }

/** For doors: what `run` does, and all that it waits for, is recorded as asked for from here. */
export const withOrigin = <T>(origin: Origin, run: () => T): T => storage.run(origin, run)

/** Empty for what nobody asked for, as jobs. */
export const currentOrigin = (): Origin => storage.getStore() ?? nowhere
