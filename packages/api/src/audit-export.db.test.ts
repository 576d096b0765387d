import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { SYSTEM } from '@berth/core'
import { roleIds } from '@berth/core/authorization'
import { createMember, deleteMember } from '@berth/core/members'
import { deleteUser } from '@berth/core/users'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { basic, openTestApi, type TestApi } from './api.fixture.ts'
import { createApi } from './api.ts'

let database: TestDatabase
let api: TestApi
let teamId: number
let offsetMs = 0

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url, { now: () => Date.now() + offsetMs })
  await api.addUser('root', { sysadmin: true })
  await api.addUser('dora')
  teamId = await api.addProject('team', { members: ['projectAdmin', 'maintainer'] })
  await api.addProject('other')
})
afterAll(async () => {
  await api.close()
  await database.drop()
})

const records = (text: string) =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))

describe('an export', () => {
  it('holds what the caller may list, oldest first, by the same filters', async () => {
    const all = records((await api.call('root', 'exportAuditLogExts', { query: { format: 'jsonl' } })).text)
    const listed = await api.call('root', 'listAuditLogExts', { query: { page_size: 0, sort: 'op_time' } })
    expect(all.map(({ id }) => id)).toEqual(listed.data.map(({ id }) => id))
    expect(all.at(-1)).toMatchObject({ action: 'export', actor_name: 'root' })
    const q = 'operation=create,resource_type=project'
    const some = await api.call('root', 'exportAuditLogExts', { query: { format: 'jsonl', q } })
    expect(records(some.text).map(({ resource }) => resource)).toEqual(['team', 'other'])
    const parts = await api.call('root', 'exportAuditLogExts', {
      query: { format: 'jsonl', q: 'operation=create,text=~EaM' },
    })
    const withPart = records(parts.text)
    expect(withPart.length).toBeGreaterThan(0)
    expect(withPart.length).toBeLessThan(all.filter(({ action }) => action === 'create').length)
    for (const line of withPart) expect(JSON.stringify(line)).toMatch(/team/i)
    const own = await api.call('projectAdmin', 'exportAuditLogExts', { query: { format: 'jsonl' } })
    expect(new Set(records(own.text).map((line) => line.project_id))).toEqual(new Set([teamId]))
    const none = await api.call('dora', 'exportAuditLogExts')
    expect(none.text.split('\r\n')).toHaveLength(2)
  })

  it('as a list and what is followed is refused for a search of texts that is none', async () => {
    for (const q of ['text={a b}', 'text=(a b)', 'text=[1~2]']) {
      const asked = [
        api.call('root', 'exportAuditLogExts', { query: { format: 'jsonl', q } }),
        api.call('root', 'listAuditLogExts', { query: { q } }),
        api.call('root', 'listAuditLogs', { query: { q } }),
        api.call('root', 'getLogExts', { path: { project_name: 'team' }, query: { q } }),
        api.call('root', 'followAuditLogExts', { query: { q } }),
      ]
      expect(
        (await Promise.all(asked)).map(({ status }) => status),
        q,
      ).toEqual([400, 400, 400, 400, 400])
    }
  })

  it('of a project is for those who administer it', async () => {
    const path = { project_name: 'team' }
    const own = await api.call('projectAdmin', 'exportLogExts', { path, query: { format: 'jsonl' } })
    expect(new Set(records(own.text).map((line) => line.project_id))).toEqual(new Set([teamId]))
    for (const [who, status] of [
      ['maintainer', 403],
      ['dora', 403],
      [undefined, 401],
    ] as const)
      expect((await api.call(who, 'exportLogExts', { path })).status).toBe(status)
  })

  it('is CSV with a name for the file unless asked otherwise, and a line in the log', async () => {
    const { headers, text } = await api.call('root', 'exportAuditLogExts', {
      query: { q: 'operation=login' },
    })
    expect(headers['content-type']).toBe('text/csv; charset=utf-8; header=present')
    expect(headers['content-disposition']).toMatch(/^attachment; filename="audit-log-\d{4}-\d\d-\d\d\.csv"$/)
    expect(headers['cache-control']).toBe('no-store, no-transform')
    expect(text).toMatch(/^position,id,at,actor_kind,.*\r\n$/s)
    const { data } = await api.call('root', 'listAuditLogExts', { query: { q: 'operation=export' } })
    expect(data[0]).toMatchObject({
      resource_type: 'audit_log',
      username: 'root',
      detail: { format: 'csv', q: 'operation=login' },
    })
    expect((await api.call('root', 'exportAuditLogExts', { query: { format: 'xml' } })).status).toBe(422)
    expect((await api.call('root', 'exportAuditLogExts', { query: { q: 'nonsense' } })).status).toBe(400)
  })
})

/** The answer, and its pieces as they are asked for. */
async function begin(who: string, path: string) {
  const handler = createApi(api.core, { log: () => {} })
  const answer = await handler.handle({
    method: 'GET',
    url: `/api/v2.0${path}`,
    header: (name) => (name === 'authorization' ? basic(who) : undefined),
    body: async () => Buffer.alloc(0),
    remoteAddress: '192.0.2.1',
  })
  const gone = new AbortController()
  const pieces =
    typeof answer.body === 'function' ? answer.body(gone.signal)[Symbol.asyncIterator]() : undefined
  return { status: answer.status, headers: answer.headers, pieces: pieces! }
}

describe('an export under way', () => {
  const own = '/projects/team/auditlog-exts/export'

  it.each(['right', 'account'])('breaks off when the %s ends', async (what) => {
    const name = `${what}-ends`
    const { id: userId } = await api.addUser(name)
    const memberId = await createMember(
      api.core,
      SYSTEM,
      { id: teamId },
      { roleId: roleIds.projectAdmin, userId },
    )
    const { pieces } = await begin(name, own)
    expect((await pieces.next()).done).toBe(false)
    if (what === 'right') await deleteMember(api.core, SYSTEM, { id: teamId }, memberId)
    else await deleteUser(api.core, SYSTEM, userId)
    offsetMs += 10_000
    await expect(pieces.next()).rejects.toThrow()
  })

  it('is one of two for an account, and its place comes back', async () => {
    const first = await begin('projectAdmin', own)
    const second = await begin('projectAdmin', own)
    const third = await begin('projectAdmin', own)
    expect(third.status).toBe(429)
    expect(third.headers).toMatchObject({ 'retry-after': expect.any(String) })
    expect((await begin('root', own)).status).toBe(200)
    for (const { pieces } of [first, second]) for (;;) if ((await pieces.next()).done) break
    expect((await begin('projectAdmin', own)).status).toBe(200)
  })
})

const LINES = 10_000
const DETAIL = JSON.stringify({ old: 'x'.repeat(4_900), new: 'y'.repeat(4_900) })
const TEXT_BYTES = LINES * DETAIL.length

it(`${LINES} lines, many of one moment, come once each and in order, in less memory than they have text`, async () => {
  const digit = (name: string) =>
    `(SELECT 0 AS n ${Array.from({ length: 9 }, (_, n) => `UNION ALL SELECT ${n + 1}`).join(' ')}) ${name}`
  const number = 'a.n + 10 * b.n + 100 * c.n + 1000 * d.n'
  const later =
    database.db.provider === 'mysql'
      ? `? + INTERVAL FLOOR((${number}) / 777) SECOND`
      : `?::timestamp + ((${number}) / 777) * INTERVAL '1 second'`
  await database.db.query(
    `INSERT INTO audit_lines (at, actor_kind, actor_name, action, resource_type, resource, user_agent, detail)
      SELECT ${later}, 'user', 'mass', 'update', 'mass', ${number}, 'an agent with a name of some length/1.0', ?
      FROM ${['a', 'b', 'c', 'd'].map(digit).join(' CROSS JOIN ')}`,
    [new Date('2026-01-01T00:00:00Z'), DETAIL],
  )
  const path = '/api/v2.0/auditlog-exts/export?format=jsonl&q=resource_type%3Dmass'
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--expose-gc',
    join(import.meta.dirname, 'audit-export.fixture.ts'),
    database.url,
    basic('root'),
    path,
  ])
  const { lines, sum, ordered, grownBytes } = JSON.parse(stdout)
  expect({ lines, sum, ordered }).toEqual({ lines: LINES, sum: (LINES * (LINES - 1)) / 2, ordered: true })
  expect(grownBytes).toBeLessThan(TEXT_BYTES)
}, 120_000)
