import type { Core } from '../context/index.ts'
import type { FeedSource, Placed } from './feed.ts'
import { feedOf, type Place } from './service.ts'

/** Rights and credentials are looked at again at least this often. */
export const LOOK_AGAIN_MS = 3_000

/**
 * Follows a source, from a place that is left in the end. `look` says what the actor may see now; it is
 * asked every few seconds, and undefined ends it: the session, the token or the right is over. Empty batches come in
 * between, so that the connection lives.
 */
export async function* followWatched<T extends Placed, S>(
  core: Core,
  place: Place,
  {
    source,
    after,
    look,
  }: { source: FeedSource<T>; after: number | undefined; look(): Promise<S | undefined> },
  gone: AbortSignal,
): AsyncGenerator<{ batch: T[]; sight: S }> {
  place.keep()
  try {
    let known: { sight: S; atMs: number } | undefined
    const batches = feedOf(core, source).follow({ after, idleMs: LOOK_AGAIN_MS }, gone)
    for await (const batch of batches) {
      if (!known || core.now() - known.atMs >= LOOK_AGAIN_MS) {
        const atMs = core.now()
        const sight = await look()
        if (sight === undefined) return
        known = { sight, atMs }
      }
      yield { batch, sight: known.sight }
    }
  } finally {
    place.leave()
  }
}
