import { type TestDatabase, testDatabase } from '@berth/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Core, createCore } from '../context/index.ts'
import { includes, limitOf, withinLimits } from './index.ts'

let database: TestDatabase
let core: Core
let projectIds: number[]
const rows: { id: number; projectId: number; path: string }[] = []

const words = ['a', 'b', 'ab', 'a_b', 'a.b', 'a-b', 'aab', 'c', 'abc', 'a__b']

beforeAll(async () => {
  database = await testDatabase()
  core = createCore({
    databaseUrl: database.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://berth.test',
    registryUrl: 'http://127.0.0.1:9',
    poolSize: 4,
  })
  projectIds = []
  for (const name of ['a', 'b']) {
    const { id: projectId } = await database.db.prisma.project.create({ data: { name } })
    projectIds.push(projectId)
    const paths = [
      ...words,
      ...words.flatMap((one) => words.slice(0, 5).map((two) => `${one}/${two}`)),
      ...words.slice(0, 4).flatMap((one) => ['a/b', 'b/a', 'a_b/c', 'c/a/b'].map((rest) => `${one}/${rest}`)),
    ]
    await database.db.prisma.repository.createMany({
      data: paths.map((path) => ({ projectId, name: `${name}/${path}` })),
    })
  }
  const all = await database.db.query<{ id: number; project_id: number; name: string }>(
    'SELECT id, project_id, name FROM repositories ORDER BY id',
  )
  for (const { id, project_id: projectId, name } of all) rows.push({ id, projectId, path: name.slice(2) })
})
afterAll(async () => {
  await core.close()
  await database.drop()
})

async function found(patterns: string[], ids: number[]): Promise<number[]> {
  const limit = limitOf(patterns)
  const within = withinLimits(
    core,
    ids.map((id) => ({ id, limit })),
    'r',
  )
  const sql = `SELECT r.id FROM repositories r WHERE ${within.sql} ORDER BY r.id`
  return (await core.db.query<{ id: number }>(sql, within.params)).map(({ id }) => id)
}

const part = fc.oneof(
  fc.constantFrom(...words),
  fc
    .stringMatching(/^[abc_.?-]{0,3}\*?[abc_.?-]{0,2}\*?$/)
    .filter((text) => text !== '' && !text.includes('**')),
)
const pattern = fc
  .tuple(fc.array(part, { maxLength: 2 }), fc.boolean(), fc.array(part, { maxLength: 2 }))
  .map(([head, wide, tail]) => [...head, ...(wide ? ['**'] : []), ...tail].join('/'))
  .filter((text) => text !== '' && text.split('*').length < 8)
const braces = fc
  .tuple(fc.constantFrom(...words), fc.constantFrom(...words, ''), pattern)
  .map(([one, two, rest]) => `{${one},${one}${two}}/${rest}`)

it('finds by SQL exactly the repositories that the patterns match', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(pattern, braces), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      async (patterns, both) => {
        const ids = both ? projectIds : [projectIds[0]!]
        const limit = limitOf(patterns)
        const expected = rows
          .filter(({ projectId, path }) => ids.includes(projectId) && includes(limit, path))
          .map(({ id }) => id)
        expect(await found(patterns, ids)).toEqual(expected)
      },
    ),
    { numRuns: 150 },
  )
}, 60_000)

it('holds for different limits in different projects, each in its own', async () => {
  const within = withinLimits(
    core,
    [
      { id: projectIds[0]!, limit: limitOf(['a']) },
      { id: projectIds[1]!, limit: limitOf(['b']) },
    ],
    'r',
  )
  const names = await core.db.query<{ name: string }>(
    `SELECT r.name FROM repositories r WHERE ${within.sql} ORDER BY r.name`,
    within.params,
  )
  expect(names.map(({ name }) => name)).toEqual(['a/a', 'b/b'])
})

it('holds for nothing without a limit, and takes as many as there are', async () => {
  expect(withinLimits(core, [], 'r').sql).toBe('1 = 0')
  const wide = limitOf(Array.from({ length: 16 }, (_, n) => `{a,b,c,d}/${n}*`))
  const many = Array.from({ length: 2_000 }, (_, n) => ({
    id: n + 1,
    limit: { ...wide, patterns: [`${n}`] },
  }))
  const within = withinLimits(core, many, 'r')
  expect(within.params.length).toBeLessThan(60_000)
  expect(await core.db.query(`SELECT r.id FROM repositories r WHERE ${within.sql}`, within.params)).toEqual(
    [],
  )
}, 60_000)

it('looks for the worst pattern in the longest name quickly', async () => {
  const name = `a/${'a'.repeat(253)}`
  await database.db.prisma.repository.create({ data: { projectId: projectIds[0]!, name } })
  expect(await found([`${'*a'.repeat(8)}b`], [projectIds[0]!])).toEqual([])
  expect(includes(limitOf([`${'*a'.repeat(8)}b`]), name.slice(2))).toBe(false)
  await database.db.prisma.repository.delete({ where: { name } })
})
