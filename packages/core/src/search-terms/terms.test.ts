import { expect, it } from 'vitest'
import { annotationTerms, cut, searchForm, suffixesOf } from './terms.ts'

it('a name has a suffix from every position, words of it marked', () => {
  const suffixes = suffixesOf('a/bc-d')
  expect(suffixes.map(({ suffix }) => suffix)).toEqual(['a/bc-d', '/bc-d', 'bc-d', 'c-d', '-d', 'd'])
  expect(suffixes.filter(({ withinWord }) => !withinWord).map(({ suffix }) => suffix)).toEqual([
    'a/bc-d',
    'bc-d',
    'd',
  ])
})

it('texts that look alike are one, and no form holds what a database would take for the end', () => {
  expect(searchForm('  Ｆｏｏ\tBÄR\0\u0001baz \n')).toBe('foo bär baz')
  expect(searchForm('half \ud83d of a pair').isWellFormed()).toBe(true)
})

it('a cut never halves a character', () => {
  expect(cut('😀😀😀', 2)).toBe('😀😀')
  expect(cut('abc', 3)).toBe('abc')
})

it('an annotation is found by its pair and from each word of its value on', () => {
  expect(annotationTerms({ 'org.example.Title': 'My Great-App' })).toEqual([
    'org.example.title=my great-app',
    'my great-app',
    'great-app',
    'app',
  ])
})

it('whatever is written into annotations, terms stay few and short, and pairs come first', () => {
  const many = Object.fromEntries(
    Array.from({ length: 500 }, (_, n) => [`k${n}`, `${'word '.repeat(99)}${n}`]),
  )
  const terms = annotationTerms(many)
  expect(terms).toHaveLength(48)
  expect(terms[0]).toMatch(/^k0=word word/)
  expect(Math.max(...terms.map((term) => [...term].length))).toBeLessThanOrEqual(128)
  expect(new Set(terms).size).toBe(terms.length)
  expect(annotationTerms({ a: 1, b: null, c: { d: 'e' }, d: '' })).toEqual(['d='])
})
