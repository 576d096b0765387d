import type { Schemas } from '@berth/contract'

type ReplicationMap = Schemas['ReplicationMap']
export type MapLine = Schemas['ReplicationMapLine']
export type MapRegistry = Schemas['ReplicationMapRegistry']
/** Another registry with what comes from it and goes to it. */
export type Neighbour = { registry: MapRegistry; lines: MapLine[] }

/**
 * This Berth stands in the middle, since one end of every line is here: registries that something comes from at the
 * left, those that things only go to at the right, and those without a line.
 */
export function sidesOf({ registries, lines }: ReplicationMap): {
  left: Neighbour[]
  right: Neighbour[]
  idle: MapRegistry[]
} {
  const neighbours = registries
    .filter(({ id }) => id !== 0)
    .map((registry) => ({
      registry,
      lines: lines.filter(({ from, to }) => from === registry.id || to === registry.id),
    }))
  const brings = ({ registry, lines: own }: Neighbour) => own.some(({ from }) => from === registry.id)
  const used = neighbours.filter(({ lines: own }) => own.length > 0)
  return {
    left: used.filter(brings),
    right: used.filter((one) => !brings(one)),
    idle: neighbours.filter(({ lines: own }) => own.length === 0).map(({ registry }) => registry),
  }
}

export type LineState = 'off' | 'never' | 'running' | 'good' | 'failed' | 'stopped'

/** How a line is: switched off is said before what its last run came to. */
export function stateOf({ enabled, last_execution: last }: MapLine): LineState {
  if (last?.status === 'InProgress' || last?.status === 'Pending') return 'running'
  if (!enabled) return 'off'
  if (!last) return 'never'
  if (last.status === 'Succeed') return 'good'
  return last.status === 'Stopped' ? 'stopped' : 'failed'
}
