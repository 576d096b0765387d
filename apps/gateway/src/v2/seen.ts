import type { IncomingMessage } from 'node:http'
import type { Actor } from '@berth/core/authorization'

/** As many Berths as one image may have gone through. */
const MAX_SEEN = 64
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * Instance ids of the Berths that have a pushed manifest, or get it from where it comes from: what a replication says in
 * `Berth-Seen`. Whoever pushes may say what they like there: it delays what is sent on to those named, and keeps their own
 * push only from policies that give it another name.
 */
export function seenBy({ headers }: IncomingMessage, actor: Actor): string[] {
  const text = headers['berth-seen']
  if (typeof text !== 'string' || actor.kind === 'anonymous') return []
  const ids = [...new Set(text.split(',').map((id) => id.trim()))]
  return ids.length <= MAX_SEEN ? ids.filter((id) => UUID.test(id)) : []
}
