import { currentOrigin } from '@berth/core'
import type { Actor } from '@berth/core/authorization'

/**
 * Instance ids of the Berths that have a pushed manifest, or get it from where it comes from: what a replication says in
 * `Berth-Seen`. Whoever pushes may say what they like there: it delays what is sent on to those named, and keeps their own
 * push only from policies that give it another name.
 */
export const seenBy = (actor: Actor): readonly string[] =>
  actor.kind === 'anonymous' ? [] : (currentOrigin().seen ?? [])
