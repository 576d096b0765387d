import { plainText } from '../../plain-text/index.ts'
import { adapterOf, type Registry } from '../../registries/index.ts'
import type { ReplicationPolicy } from '../model.ts'
import type { Reason } from '../reasons.ts'

const SHOWN = 3

/** What a run has to say besides its counts. */
export interface RunNote {
  reason: Reason
  sentence: string
}

/** Names that a registry lists and nothing can have: how many, and the first ones. */
export interface LeftOut {
  count: number
  names: string[]
}

/** What a comparison leaves out, since Berth could not ask for it. */
export interface Invalid {
  repositories: LeftOut
  /** With their repository in front. */
  tags: LeftOut
}

export const nothingInvalid = (): Invalid => ({
  repositories: { count: 0, names: [] },
  tags: { count: 0, names: [] },
})

export function noteInvalid(leftOut: LeftOut, name: string): void {
  if (leftOut.count++ < SHOWN) leftOut.names.push(plainText(name, 100))
}

/** Who has such a name must see that it does not go; it fails no run, which could do nothing about it. */
export const invalidNotes = ({ repositories, tags }: Invalid): RunNote[] => [
  ...noteOf('repositories', repositories),
  ...noteOf('tags', tags),
]

function noteOf(what: string, { count, names }: LeftOut): RunNote[] {
  if (count === 0) return []
  const more = count > names.length ? ', …' : ''
  const sentence = `${count} ${what} are left out, whose names are not valid: ${names.join(', ')}${more}`
  return [{ reason: 'left_out', sentence }]
}

/** Nothing there has a label: as at Harbor, a filter that wants one lets nothing pass, and one that excludes some everything. */
export function labelNotes(
  { srcRegistryId, filters }: ReplicationPolicy,
  { type }: Pick<Registry, 'type'>,
): RunNote[] {
  const ofLabels = filters.filter((filter) => filter.type === 'label')
  if (ofLabels.length === 0 || srcRegistryId === null || adapterOf(type).labels) return []
  const isWanted = ofLabels.some(({ decoration }) => decoration === 'matches')
  const outcome = isWanted
    ? 'a filter that wants some lets nothing pass'
    : 'a filter that excludes some leaves nothing out'
  return [{ reason: 'no_labels', sentence: `a registry of the type ${type} knows no labels: ${outcome}` }]
}
