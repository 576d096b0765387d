import type { Schemas } from '@berth/contract'
import { isPaused } from './progress.ts'

type ReplicationMap = Schemas['ReplicationMap']
export type MapLine = Schemas['ReplicationMapLine']
export type MapRegistry = Schemas['ReplicationMapRegistry']
/** Another registry with what comes from it and goes to it, what needs somebody first; `more`: lines that are not drawn. */
export type Neighbour = { registry: MapRegistry; lines: MapLine[]; more: number }

/** A picture of more is none. */
export const DRAWN = { lines: 6, neighbours: 20 } as const

/**
 * This Berth stands in the middle, since one end of every line is here: registries that something comes from at the
 * left, those that things only go to at the right, and those without a line. `hidden`: of the first two, registries for which
 * there is no room; `beside`: those of which no line is known that are not drawn.
 */
export function sidesOf({ registries, lines }: ReplicationMap): {
  left: Neighbour[]
  right: Neighbour[]
  idle: MapRegistry[]
  hidden: number
  beside: number
} {
  const ofRegistry = new Map<number, MapLine[]>()
  for (const line of lines) {
    const id = line.from || line.to
    ofRegistry.set(id, [...(ofRegistry.get(id) ?? []), line])
  }
  const others = registries.filter(({ id }) => id !== 0)
  const used = others
    .flatMap((registry) => {
      const own = ofRegistry.get(registry.id)?.toSorted(byUrgency) ?? []
      const more = Math.max(0, own.length - DRAWN.lines) + registry.more_lines
      return own.length > 0 ? [{ registry, lines: own, more }] : []
    })
    .toSorted((a, b) => byUrgency(a.lines[0]!, b.lines[0]!))
  const brings = ({ registry, lines: own }: Neighbour) => own.some(({ from }) => from === registry.id)
  const drawn = (side: Neighbour[]) =>
    side.slice(0, DRAWN.neighbours).map((one) => ({ ...one, lines: one.lines.slice(0, DRAWN.lines) }))
  const [left, right] = [used.filter(brings), used.filter((one) => !brings(one))]
  const without = others.filter(({ id }) => !ofRegistry.has(id))
  const idle = without.filter(({ more_lines: more }) => more === 0)
  const tooMany = (side: unknown[]) => Math.max(0, side.length - DRAWN.neighbours)
  return {
    left: drawn(left),
    right: drawn(right),
    idle: idle.slice(0, DRAWN.neighbours),
    hidden: tooMany(left) + tooMany(right),
    beside: without.length - Math.min(idle.length, DRAWN.neighbours),
  }
}

/** What failed first, then what waits for its registry or runs, and last what never ran or is off. */
export const byUrgency = (a: MapLine, b: MapLine): number => urgencyOf(a) - urgencyOf(b)
const urgencyOf = (line: MapLine): number => {
  const order: LineState[] = ['failed', 'waiting', 'running', 'stopped', 'good']
  const place = order.indexOf(stateOf(line))
  return place < 0 ? order.length : place
}

export type LineState = 'off' | 'never' | 'running' | 'waiting' | 'good' | 'failed' | 'stopped'

/** How a line is: switched off is said before what its last run came to. */
export function stateOf({ enabled, last_execution: last }: MapLine): LineState {
  if (last && isPaused(last)) return 'waiting'
  if (last?.status === 'InProgress' || last?.status === 'Pending') return 'running'
  if (!enabled) return 'off'
  if (!last) return 'never'
  if (last.status === 'Succeed') return 'good'
  return last.status === 'Stopped' ? 'stopped' : 'failed'
}
