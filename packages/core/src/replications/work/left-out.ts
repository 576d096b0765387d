import { plainText } from '../../plain-text/index.ts'
import { adapterOf, type Registry } from '../../registries/index.ts'
import type { ReplicationPolicy } from '../model.ts'
import type { Reason } from '../reasons.ts'

const SHOWN = 3

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

/** Sentences. Who has such a name must see that it does not go; it fails no run, which could do nothing about it. */
export const invalidWords = ({ repositories, tags }: Invalid): string[] => [
  ...wordsOf('repositories', repositories),
  ...wordsOf('tags', tags),
]

function wordsOf(what: string, { count, names }: LeftOut): string[] {
  if (count === 0) return []
  const more = count > names.length ? ', …' : ''
  return [`${count} ${what} are left out, whose names are not valid: ${names.join(', ')}${more}`]
}

/** Nothing there has a label: as at Harbor, a filter that wants one lets nothing pass, and one that excludes some everything. */
export function labelWords(
  { srcRegistryId, filters }: ReplicationPolicy,
  { type }: Pick<Registry, 'type'>,
): string[] {
  const ofLabels = filters.filter((filter) => filter.type === 'label')
  if (ofLabels.length === 0 || srcRegistryId === null || adapterOf(type).labels) return []
  const isWanted = ofLabels.some(({ decoration }) => decoration === 'matches')
  const outcome = isWanted
    ? 'a filter that wants some lets nothing pass'
    : 'a filter that excludes some leaves nothing out'
  return [`a registry of the type ${type} knows no labels: ${outcome}`]
}

const LEFT_OUT = String.raw`\d+ (?:repositories|tags) are left out, whose names are not valid: `
const NO_LABELS = String.raw`a registry of the type [\w-]+ knows no labels: `
const BETWEEN = new RegExp(`; (?=${LEFT_OUT}|${NO_LABELS})`)

/** The sentences of `invalidWords` and `labelWords` behind the counts of a run, where they stand as text, each with its word. */
export const notesIn = (message: string): { reason: Reason; sentence: string }[] =>
  message
    .split(BETWEEN)
    .slice(1)
    .map((sentence) => ({ reason: /^\d/.test(sentence) ? 'left_out' : 'no_labels', sentence }))
