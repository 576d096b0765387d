import { RateLimitedError, type RepositoryName, UnavailableError } from '@berth/registry-client'
import { changingRepository } from '../../artifacts/index.ts'
import { inParallel } from './parallel.ts'
import type { Run } from './run.ts'

/** Requests at once inside one repository. */
export const WIDTH = 8
// Pushes into the repository wait for as long.
const HOLD_MS = 1_000

/**
 * Works on tags of a repository while nobody else changes it: some at once, for a second, then whoever waits has a turn.
 * What the registry is too busy for is asked again without holding the repository meanwhile; what cannot be done
 * becomes a finding.
 */
export async function holdingRepository<Item extends { name: string }>(
  run: Run,
  repository: RepositoryName,
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const { core, signal } = run
  const rest = [...items].reverse()
  const again: Item[] = []
  while (rest.length > 0)
    await changingRepository(core, repository, () =>
      inParallel(takeFor(HOLD_MS, rest), WIDTH, async (item) => {
        try {
          await work(item)
        } catch (error) {
          if (signal.aborted) throw signal.reason
          if (error instanceof UnavailableError || error instanceof RateLimitedError) again.push(item)
          else await run.attempt({ repository, reference: item.name }, () => Promise.reject(error))
        }
      }),
    )
  for (const item of again)
    await run.attempt({ repository, reference: item.name }, () =>
      changingRepository(core, repository, () => work(item)),
    )
}

function* takeFor<T>(ms: number, rest: T[]): Generator<T> {
  const until = performance.now() + ms
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    yield next
    if (performance.now() > until) return
  }
}
