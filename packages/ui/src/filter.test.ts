import { expect, it } from 'vitest'
import { formatFilter, parseFilter } from './filter.ts'

const keys = ['tag', 'type', 'label'] as const

it('splits known keys from free text', () => {
  expect(parseFilter('nginx tag:v1 type:IMAGE tag:v2', keys)).toEqual({
    text: 'nginx',
    terms: { tag: ['v1', 'v2'], type: ['IMAGE'] },
  })
})

it('an unknown key stays text, so that a name with a colon can be searched', () => {
  expect(parseFilter('sha256:abc host:80', keys)).toEqual({ text: 'sha256:abc host:80', terms: {} })
})

it('quotes keep spaces together', () => {
  expect(parseFilter('label:"needs review" "two words"', keys)).toEqual({
    text: 'two words',
    terms: { label: ['needs review'] },
  })
})

it('formatting is undone by parsing', () => {
  const filter = { text: 'nginx', terms: { label: ['needs review'], tag: ['v1'] } }
  expect(parseFilter(formatFilter(filter), keys)).toEqual(filter)
})

it.each(['', '   ', ':', 'tag:', '""'])('survives %j', (input) => {
  expect(parseFilter(input, keys).terms).toEqual({})
})
