/** Characters of a suffix of a repository's name; as many as its column holds. */
export const MAX_SUFFIX_LENGTH = 64
/** Characters of a term of an artifact; as many as its column holds. */
export const MAX_TERM_LENGTH = 128

// An artifact costs the index at most so many rows, whatever somebody writes into its annotations.
const MAX_TERMS_PER_ARTIFACT = 48
const MAX_WORDS_PER_VALUE = 12

export interface Suffix {
  /** From 0, in the full name. */
  position: number
  withinWord: boolean
  suffix: string
}

const isWordPart = (char: string | undefined) => char !== undefined && /[\p{L}\p{N}]/u.test(char)

/** Every suffix of a repository's full name, which is ASCII in lower case. */
export const suffixesOf = (name: string): Suffix[] =>
  Array.from({ length: name.length }, (_, position) => ({
    position,
    withinWord: !(isWordPart(name[position]) && !isWordPart(name[position - 1])),
    suffix: name.slice(position, position + MAX_SUFFIX_LENGTH),
  }))

/**
 * The form in which texts are compared, whatever the database's collation: compatible characters are one, case is
 * none, blanks are single. Without control characters: MariaDB takes a text's end for a blank, which is above them.
 */
export const searchForm = (text: string): string =>
  text
    .toWellFormed()
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()

/** Cut by characters as the databases count them: never inside a surrogate pair. */
export const cut = (text: string, length: number): string =>
  text.length <= length ? text : [...text.slice(0, length * 2)].slice(0, length).join('')

// No text in its search form begins with it: annotations never find labels, nor the other way round.
const LABEL_MARK = '\u0001'

/** What an artifact is found by that carries a label of this name, or what begins the terms of such labels. */
export const labelTerm = (name: string): string =>
  cut(`${LABEL_MARK}${searchForm(name)}`, MAX_TERM_LENGTH).trimEnd()

/** What artifacts are found by: `key=value`, and the value from each of its words on. At most 48, none twice. */
export function annotationTerms(annotations: Readonly<Record<string, unknown>>): string[] {
  const terms = new Set<string>()
  const add = (term: string) => {
    if (term !== '' && terms.size < MAX_TERMS_PER_ARTIFACT) terms.add(cut(term, MAX_TERM_LENGTH).trimEnd())
  }
  const entries = Object.entries(annotations).flatMap(([key, value]) =>
    typeof value === 'string' ? [{ key: searchForm(key), value: searchForm(cut(value, 1_024)) }] : [],
  )
  // Whole pairs first: they are the surest way to find it when there are too many.
  for (const { key, value } of entries) add(`${key}=${value}`)
  for (const { value } of entries) for (const rest of fromEachWord(value)) add(rest)
  return [...terms]
}

function fromEachWord(value: string): string[] {
  const starts = [...value.matchAll(/[\p{L}\p{N}]+/gu)].slice(0, MAX_WORDS_PER_VALUE)
  return starts.map(({ index }) => value.slice(index))
}

/** True when the annotation is among what `text`, in its search form, finds. */
export const annotationMatches = (key: string, value: string, text: string): boolean =>
  annotationTerms({ [key]: value }).some((term) => term.startsWith(cut(text, MAX_TERM_LENGTH)))
