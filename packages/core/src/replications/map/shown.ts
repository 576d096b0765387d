import type { Execution } from '../../executions/index.ts'

/** Lines to or from one registry, and of all together: nobody sees more on a page, and it is asked for again and again. */
const OF_ONE = 20
const OF_ALL = 1_000

interface Line {
  policy: { enabled: boolean }
  from: number
  to: number
  last: Pick<Execution, 'status'> | undefined
}

/**
 * Of more lines than a map shows those that need somebody first, of each registry some. In the order they came in, with how
 * many are left out, by registry.
 */
export function shownOf<T extends Line>(lines: readonly T[]): { shown: T[]; leftOut: Map<number, number> } {
  const registryOf = ({ from, to }: Line) => from || to
  const ranked = [...Map.groupBy(lines, ({ from, to }) => `${from} ${to}`).values()].flatMap((own) =>
    own
      .toSorted((one, other) => urgencyOf(one) - urgencyOf(other))
      .map((line, rank) => ({ line, rank, urgency: urgencyOf(line) })),
  )
  // The first of each registry, each way, before the second of any.
  ranked.sort((one, other) => one.rank - other.rank || one.urgency - other.urgency)
  const chosen = new Set(
    ranked
      .filter(({ rank }) => rank < OF_ONE)
      .slice(0, OF_ALL)
      .map(({ line }) => line),
  )
  const leftOut = new Map<number, number>()
  for (const line of lines)
    if (!chosen.has(line)) leftOut.set(registryOf(line), (leftOut.get(registryOf(line)) ?? 0) + 1)
  return { shown: lines.filter((line) => chosen.has(line)), leftOut }
}

/** What failed first, then what runs, and last what never ran or is off. */
function urgencyOf({ policy, last }: Line): number {
  if (last?.status === 'Running') return 1
  if (!policy.enabled || !last) return 4
  return { Error: 0, Stopped: 2, Success: 3 }[last.status]
}
