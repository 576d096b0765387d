import type { Core } from '../../context/index.ts'
import { type Day, dayOf, EVERYTHING, SPANS } from './model.ts'
import { addUses, type CountingTransaction, type DayRow } from './store.ts'

/** So many pulls or pushes of one repository. */
export interface Use {
  projectId: number
  repositoryId: number
  /** The tag by which it was pulled or pushed, if it was one. */
  tag?: string | undefined
  /** When; UTC decides on the day. */
  at: Date
  pulls?: number
  pushes?: number
}

/**
 * Adds to the counts of the days, in the transaction that makes sure that it happens once: of the repository, with its
 * weeks, of the tag, of the project and of everything.
 *
 * Locks rows in one order, after those of repositories, artifacts and tags: whoever counts in the same transaction in
 * which other rows are written does so last.
 */
export async function countUses(core: Core, tx: CountingTransaction, uses: readonly Use[]): Promise<void> {
  const repositories = new Sums<{ day: Day; repositoryId: number; projectId: number }>()
  const spans = new Sums<{ days: number; day: Day; repositoryId: number; projectId: number }>()
  const tags = new Sums<{ repositoryId: number; day: Day; tag: string }>()
  const projects = new Sums<{ projectId: number; day: Day }>()
  for (const { projectId, repositoryId, tag, at, pulls = 0, pushes = 0 } of uses) {
    const day = dayOf(at)
    repositories.add([day, repositoryId], { day, repositoryId, projectId }, pulls, pushes)
    for (const days of SPANS) {
      const first = day - (day % days)
      const row = { days, day: first, repositoryId, projectId }
      spans.add([days, first, repositoryId], row, pulls, pushes)
    }
    if (tag !== undefined) tags.add([repositoryId, day, tag], { repositoryId, day, tag }, pulls, pushes)
    for (const id of [projectId, EVERYTHING]) projects.add([id, day], { projectId: id, day }, pulls, pushes)
  }
  await addUses(core, tx, {
    repositories: repositories.inOrder(),
    spans: spans.inOrder(),
    tags: tags.inOrder(),
    projects: projects.inOrder(),
  })
}

type Key = readonly (number | string)[]

/** Sums by key, given back in the order of the keys: whoever locks them in another order waits in a circle. */
class Sums<R extends object> {
  private rows = new Map<string, { key: Key; row: DayRow<R> }>()

  add(key: Key, row: R, pulls: number, pushes: number): void {
    const text = key.join('\n')
    const known = this.rows.get(text)
    if (known) {
      known.row.pulls += pulls
      known.row.pushes += pushes
    } else this.rows.set(text, { key, row: { ...row, pulls, pushes } })
  }

  inOrder(): DayRow<R>[] {
    return [...this.rows.values()].sort((a, b) => compare(a.key, b.key)).map(({ row }) => row)
  }
}

function compare(a: Key, b: Key): number {
  const index = a.findIndex((part, n) => part !== b[n])
  if (index < 0) return 0
  return a[index]! < b[index]! ? -1 : 1
}
