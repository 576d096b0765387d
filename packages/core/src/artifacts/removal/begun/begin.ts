import { currentOrigin } from '../../../audit/index.ts'
import type { Actor } from '../../../authorization/index.ts'
import type { Core } from '../../../context/index.ts'
import { DomainError } from '../../../errors/index.ts'
import { type BegunRemoval, endRemoval, insertRemoval, type Leaving, markFailed } from './store.ts'

/** A removal in the hands of whoever runs it. */
export type Begun = BegunRemoval & {
  /** From here on the registry may have done it. */
  asking(): void
}

/**
 * Runs a removal from registry and database. Who wants it is written before: whatever ends this process, `settleRemovals`
 * gives it its line. `run` calls `asking` before it asks the registry, and `endRemoval` in the transaction in which line
 * and event are written. Call it under `changingRepository`.
 *
 * @throws what `run` throws
 */
export async function removing(
  core: Core,
  actor: Actor,
  what: Leaving & { repository: string; projectId: number },
  run: (begun: Begun) => Promise<void>,
): Promise<void> {
  const removal = { ...what, actor, origin: currentOrigin(), at: new Date(core.now()) }
  const id = await insertRemoval(core, removal)
  let asked = false
  const asking = () => {
    asked = true
  }
  try {
    await run({ ...removal, id, failed: false, asking })
  } catch (error) {
    // Without a database the row stays as it is, and what it tells is still true.
    await giveBack(core, id, actor, asked && !isRefusal(error, what)).catch(() => {})
    throw error
  }
}

/** Of one thing a refusal says that nothing was done. Of several some may be gone, and any other failure may come after the deed. */
const isRefusal = (error: unknown, { kind }: Leaving): boolean =>
  kind === 'blob' && error instanceof DomainError && error.code !== 'UNAVAILABLE' && error.code !== 'UNKNOWN'

async function giveBack(core: Core, id: bigint, actor: Actor, unclear: boolean): Promise<void> {
  if (!unclear) await core.db.transaction((tx) => endRemoval(tx, id))
  // The door that somebody came through writes that it failed; nobody else would be told.
  else if (actor.kind === 'user' || actor.kind === 'robot') await markFailed(core, id)
}
