import { describe, expect, it } from 'vitest'
import { exampleName, exampleSource } from './destination-example.ts'

describe('exampleName', () => {
  it.each([
    ['', -1, 'team/a/b'],
    ['copies', -1, 'copies/b'],
    ['copies', 0, 'copies/team/a/b'],
    ['/copies/x/', 1, 'copies/x/a/b'],
    ['copies', 2, 'copies/b'],
    ['copies', 3, undefined],
  ])('%j with %i', (namespace, replaceCount, name) => {
    expect(exampleName('team/a/b', { namespace, replaceCount })).toBe(name)
  })
})

describe('exampleSource', () => {
  it.each([
    [undefined, 0, 'team/a/b'],
    ['library/nginx', 0, 'library/nginx'],
    ['team-*/**', 0, 'team-a/app'],
    ['**', 0, 'team/a/b'],
    ['library/{nginx,alpine}', 0, 'team/a/b'],
    ['shop/**', 0, 'shop/app'],
    ['library/nginx', 3, 'library/part1/part2/nginx'],
    ['', 3, 'team/a/part1/b'],
  ])('of the filter %j and %i parts', (filter, count, name) => {
    expect(exampleSource(filter, count)).toBe(name)
  })
})
