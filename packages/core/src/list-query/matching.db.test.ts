import { type TestDatabase, testDatabase } from '@berth/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Columns, type Filter, matches, where } from './index.ts'

let database: TestDatabase
const columns: Columns = {
  id: { sql: 'id', type: 'integer' },
  name: { sql: 'actor_name', type: 'text' },
  kind: { sql: 'action', type: 'text', lowerCase: true },
  project: { sql: 'project_id', type: 'integer' },
  at: { sql: 'at', type: 'time' },
  fine: { sql: "(result = 'ok')", type: 'boolean' },
}
const names = ['alice', 'Alice', 'bob', 'a_b', '50%', 'ä', '', "o'neil"]
const time = (day: number) => new Date(Date.UTC(2026, 0, day))

beforeAll(async () => {
  database = await testDatabase()
  await database.db.prisma.auditLine.createMany({
    data: names.flatMap((actorName, index) =>
      ['ok', 'failed'].map((result) => ({
        at: time(index + 1),
        actorKind: 'user',
        actorName,
        action: index % 2 ? 'login' : 'logout',
        resourceType: 'user',
        resource: 'x',
        result,
        projectId: index % 3 ? index : null,
      })),
    ),
  })
})
afterAll(() => database.drop())

const value = fc.oneof(
  fc.constantFrom(...names, 'LOGIN', 'login', 'a', '5', 'true', '0', 'nonsense'),
  fc.integer({ min: -2, max: 20 }),
  fc.integer({ min: 0, max: 10 }).map(time),
)
const text = fc.constantFrom(
  ...names.filter((name) => name !== ''),
  'LOG',
  'true',
  '3',
  '2026-01-03T00:00:00',
  '%',
  '_',
)
const field = fc.constantFrom(...Object.keys(columns), 'elsewhere')
const filter: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({ field, match: fc.constant('exact' as const), value: text }),
  fc.record({ field, match: fc.constant('fuzzy' as const), value: text }),
  // What lies between texts is the database's own order; only times and numbers have ranges here.
  fc
    .record({
      field: fc.constantFrom('id', 'project', 'at'),
      match: fc.constant('range' as const),
      min: fc.option(value, { nil: undefined }),
      max: fc.option(value, { nil: undefined }),
      exclusive: fc.constantFrom(undefined, true as const),
    })
    .map(({ exclusive, ...rest }) => ({ ...rest, ...(exclusive && { exclusive }) })),
  fc.record({
    field,
    match: fc.constantFrom('any' as const, 'all' as const),
    values: fc.array(value, { minLength: 1, maxLength: 3 }),
  }),
)

it('finds in memory what the database finds', async () => {
  const all = await database.db.query<Record<string, never>>(
    'SELECT id, actor_name, action, project_id, at, result FROM audit_lines ORDER BY id',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(filter, { minLength: 1, maxLength: 2 }), async (filters) => {
      const condition = where(columns, filters, database.db.provider)
      const found = await database.db.query<{ id: number }>(
        `SELECT id FROM audit_lines WHERE ${condition.sql} ORDER BY id`,
        condition.params,
      )
      const read = (row: Record<string, never>) => (name: string) =>
        ({
          id: row.id,
          name: row.actor_name,
          kind: row.action,
          project: row.project_id,
          at: row.at,
          fine: row.result === 'ok',
        })[name] ?? null
      expect(all.filter((row) => matches(columns, filters, read(row) as never)).map(({ id }) => id)).toEqual(
        found.map(({ id }) => id),
      )
    }),
    { numRuns: 300 },
  )
}, 30_000)
