import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileFilters, namesOf, namespacesOf, type TagCandidate } from './filters.ts'
import { parsePolicy } from './model.ts'
import { parseFilters } from './parse-filters.ts'

const compile = (...filters: Parameters<typeof parseFilters>[0]) => compileFilters(parseFilters(filters))
const tagsOf = (found: readonly TagCandidate[]) => found.map(({ tag }) => tag).join(' ')
const tags = (text: string): TagCandidate[] => text.split(' ').map((tag) => ({ tag }))
const at = (tag: string, day: number): TagCandidate => ({ tag, pushedAt: new Date(Date.UTC(2026, 0, day)) })

describe('filters', () => {
  it('without any let everything pass', () => {
    const filters = compile()
    expect(filters.matchesRepository('any/thing/at/all')).toBe(true)
    expect(filters.select(tags('latest v1'))).toHaveLength(2)
  })

  it('by name fit the whole name; all of them must', () => {
    const filters = compile({ type: 'name', value: 'team-*/**' }, { type: 'name', value: '**/app' })
    expect(
      ['team-a/app', 'team-b/x/app', 'team-a/web', 'other/app'].filter(filters.matchesRepository),
    ).toEqual(['team-a/app', 'team-b/x/app'])
  })

  it('by tag match or exclude', () => {
    const candidates = tags('v1 v2 dev')
    const select = (value: string, decoration: string) =>
      compile({ type: 'tag', value, decoration })
        .select(candidates)
        .map(({ tag }) => tag)
    expect(select('v*', 'matches')).toEqual(['v1', 'v2'])
    expect(select('v*', 'excludes')).toEqual(['dev'])
    expect(select('**', 'matches')).toEqual(['v1', 'v2', 'dev'])
  })

  it('by label want all of them, or not all of them; labels that are not known are none', () => {
    const candidates = [
      { tag: 'both', labels: ['a', 'b', 'c'] },
      { tag: 'one', labels: ['a'] },
      { tag: 'unknown' },
    ]
    const select = (decoration: string) =>
      tagsOf(compile({ type: 'label', value: ['a', 'b'], decoration }).select(candidates))
    expect(select('matches')).toBe('both')
    expect(select('excludes')).toBe('one unknown')
  })

  it('by type take images or the rest, and what may be either', () => {
    const candidates = [
      { tag: 'i', kind: 'image' as const },
      { tag: 'a', kind: 'artifact' as const },
      { tag: 'u' },
    ]
    expect(tagsOf(compile({ type: 'resource', value: 'image' }).select(candidates))).toBe('i u')
  })

  it('by version and by how new they are work together: the newest of those that pass', () => {
    const filters = compile({ type: 'semver', value: '1.x' }, { type: 'newest', value: '2' })
    expect(tagsOf(filters.select(tags('latest 1.0.0 1.10.0 1.9.0 2.0.0')))).toBe('1.10.0 1.9.0')
    expect(tagsOf(filters.select([at('1.0.0', 9), at('1.10.0', 1), at('1.9.0', 5)]))).toBe('1.0.0 1.9.0')
  })

  it('the newest are as many as asked at most, whatever the order they come in', () => {
    const tag = fc.constantFrom('1.0', '1.1', '2.0', 'a', 'b', 'latest')
    fc.assert(
      fc.property(fc.uniqueArray(tag), fc.integer({ min: 1, max: 5 }), fc.nat(), (names, count, turn) => {
        const filters = compile({ type: 'newest', value: String(count) })
        const turned = names.map((_, index) => names[(index + turn) % names.length]!)
        const chosen = new Set(filters.select(names.map((name) => ({ tag: name }))).map((one) => one.tag))
        const again = new Set(filters.select(turned.map((name) => ({ tag: name }))).map((one) => one.tag))
        expect(again).toEqual(chosen)
        expect(chosen.size).toBe(Math.min(count, names.length))
      }),
    )
  })

  it('name repositories outright when they hold no wildcards', () => {
    expect(compile({ type: 'name', value: 'library/{alpine,nginx}' }).repositories).toEqual([
      'library/alpine',
      'library/nginx',
    ])
    expect(compile({ type: 'name', value: 'library/*' }).repositories).toBeUndefined()
    expect(compile({ type: 'tag', value: 'v1' }).repositories).toBeUndefined()
    expect(namesOf('a{b')).toBeUndefined()
    expect(namesOf('{a,b}/{c,d}')).toEqual(['a/c', 'a/d', 'b/c', 'b/d'])
    expect(namesOf('{1,2,3,4,5,6,7,8,9,0}'.repeat(4))).toBeUndefined()
  })

  it('of names that are listed leave only those that all the others fit', () => {
    const list = { type: 'name', value: '{team/app,secret/app}' }
    expect(compile(list, { type: 'name', value: 'team/**' }).repositories).toEqual(['team/app'])
    expect(compile({ type: 'name', value: 'team/**' }, list).repositories).toEqual(['team/app'])
    expect(compile(list, { type: 'name', value: 'secret/app' }).repositories).toEqual(['secret/app'])
    expect(compile(list, { type: 'name', value: 'other/*' }).repositories).toEqual([])
  })

  it('may be lists of many names or patterns', () => {
    const projects = Array.from({ length: 200 }, (_, n) => `project-${n}`)
    const all = compile({ type: 'name', value: `{${projects.map((name) => `${name}/**`)}}` })
    expect(projects.every((name) => all.matchesRepository(`${name}/some/app`))).toBe(true)
    expect(all.matchesRepository('project-300/some/app')).toBe(false)
    expect(compile({ type: 'name', value: `library/{${projects}}` }).repositories).toHaveLength(200)
    const tags = compile({
      type: 'tag',
      value: `{${projects.map((name) => `${name}-*`)}}`,
      decoration: 'excludes',
    })
    expect(tagsOf(tags.select([{ tag: 'project-7-a' }, { tag: 'v1' }]))).toBe('v1')
  })

  it('by label are spelled as labels are, and an empty list lets everything pass', () => {
    expect(parseFilters([{ type: 'label', value: [' stable', 'cafe\u0301', 'stable'] }])).toEqual([
      { type: 'label', value: ['stable', 'caf\u00e9'], decoration: 'matches' },
    ])
    expect(parseFilters([{ type: 'label', value: [], decoration: 'excludes' }])).toEqual([])
  })
})

describe('a policy is refused', () => {
  const good = { name: 'p', destRegistryId: 1 }
  it.each([
    [{ name: '' }, /needs a name/],
    [{ destRegistryId: 0 }, /either the source or the destination/],
    [{ srcRegistryId: 2 }, /either the source or the destination/],
    [{ filters: [{ type: 'color', value: 'red' }] }, /type of a filter/],
    [{ filters: [{ type: 'color', value: '' }] }, /type of a filter/],
    [{ filters: [{ value: null }] }, /type of a filter/],
    [
      { filters: [{ type: 'name', value: 'team/app,web' }] },
      /"team\/app,web" is not the name of a repository/,
    ],
    [{ filters: [{ type: 'name', value: '{team/app, team/web}' }] }, /" team\/web" is not the name/],
    [{ filters: [{ type: 'name', value: 'Team/App' }] }, /is not the name/],
    [{ filters: [{ type: 'name', value: 'team/app/' }] }, /is not the name/],
    [{ filters: [{ type: 'name', value: 'a', decoration: 'matches' }] }, /has no decoration/],
    [{ filters: [{ type: 'resource', value: 'image', decoration: 'excludes' }] }, /has no decoration/],
    [{ filters: [{ type: 'resource', value: 'chart' }] }, /image or artifact/],
    [{ filters: [{ type: 'tag', value: 'v*', decoration: 'perhaps' }] }, /matches or excludes/],
    [{ filters: [{ type: 'tag', value: 7 }] }, /is a text/],
    [{ filters: [{ type: 'tag', value: '[' }] }, /pattern of the filter tag/],
    [{ filters: [{ type: 'name', value: [] }] }, /is a text/],
    [{ filters: [{ type: 'label', value: 'a' }] }, /list of names/],
    [{ filters: [{ type: 'label', value: [''] }] }, /list of names/],
    [{ filters: [{ type: 'label', value: [' '] }] }, /list of names/],
    [{ filters: [{ type: 'semver', value: 'new' }] }, /range of versions/],
    [{ filters: [{ type: 'newest', value: '0' }] }, /from 1 to/],
    [{ filters: Array.from({ length: 51 }, () => ({ type: 'name', value: 'a' })) }, /at most 50/],
    [{ trigger: { kind: 'sometimes' } }, /type of a trigger/],
    [{ trigger: { kind: 'scheduled' } }, /six fields/],
    [{ trigger: { kind: 'scheduled', cron: '5 0 0 * * *' } }, /seconds/],
    [{ trigger: { kind: 'scheduled', cron: '0 * * * * *' } }, /minutes/],
    [{ trigger: { kind: 'scheduled', cron: '0 */1 * * * *' } }, /minutes/],
    [{ trigger: { kind: 'scheduled', cron: '0 0-59 2 * * *' } }, /minutes/],
    [{ trigger: { kind: 'scheduled', cron: '0 0-29,30-59 * * * *' } }, /minutes/],
    [{ trigger: { kind: 'scheduled', cron: '0 ? * * * *' } }, /minutes/],
    [{ trigger: { kind: 'event_based' }, singleActive: true }, /event would be lost/],
    [{ trigger: { kind: 'event_based' }, destRegistryId: 0, srcRegistryId: 1 }, /do not tell of events/],
    [{ destNamespace: 'Upper' }, /lower-case/],
    [{ destNamespace: 'a//b' }, /lower-case/],
    [{ replaceCount: -129 }, /at most 127/],
    [{ replaceCount: 128 }, /at most 127/],
    [{ replaceCount: 1.5 }, /at most 127/],
    [{ speedKbps: 3e9 }, /kilobits/],
    [{ mirror: true, destNamespace: 'a' }, /same names on both sides/],
  ])('%j', (change, words) => {
    expect(() => parsePolicy({ ...good, ...change })).toThrow(words)
  })

  it('and what is absent is as Harbor has it', () => {
    expect(parsePolicy(good)).toMatchObject({
      srcRegistryId: null,
      replaceCount: -1,
      filters: [],
      triggerKind: 'manual',
      deletion: false,
      override: false,
      enabled: false,
      speedKbps: 0,
    })
    // Harbor's console sends what was left empty, and speed -1 for none.
    const sent = parsePolicy({ ...good, speedKbps: -1, filters: [{ type: 'name', value: '' }] })
    expect([sent.speedKbps, sent.filters]).toEqual([0, []])
    // Any count below 0 is Harbor's way of before it had counts.
    expect(parsePolicy({ ...good, replaceCount: -2 }).replaceCount).toBe(-1)
  })

  it('and minutes may come often, if not each one', () => {
    const cron = '0 */2 * * * *'
    expect(parsePolicy({ ...good, trigger: { kind: 'scheduled', cron } }).cron).toBe(cron)
  })
})

it('a name filter tells the namespaces that it means, or that it means any', () => {
  const cases: [string, string[] | undefined][] = [
    ['team/**', ['team']],
    ['team/app', ['team']],
    ['{one,two}/*', ['one', 'two']],
    ['{one/*,two/app,one/x?}', ['one', 'two']],
    ['{one/*,**}', undefined],
    ['te*/app', undefined],
    ['[ab]/c', undefined],
    ['**', undefined],
    ['/app', undefined],
    ['alpine', undefined],
    ['', undefined],
  ]
  for (const [pattern, namespaces] of cases) expect(namespacesOf(pattern), pattern).toEqual(namespaces)
  const both = compile({ type: 'name', value: '**/app' }, { type: 'name', value: 'team/**' })
  expect(both.namespaces).toEqual(['team'])
  expect(compile().namespaces).toBeUndefined()
})
