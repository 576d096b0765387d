import { type TestDatabase, testDatabase } from '@berth/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { type Core, createCore } from '../../context/index.ts'
import { record, sealLines, verifyAuditLog } from '../index.ts'
import type { ListedAuditLine } from '../model.ts'
import { FIRST_HASH, hashOf } from './canonical.ts'
import { type Breach, verifyChain } from './verify.ts'

let database: TestDatabase
let core: Core
let other: Core

const openCore = () =>
  createCore({
    databaseUrl: database.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://berth.test',
    registryUrl: 'http://127.0.0.1:9',
    poolSize: 4,
  })
const write = (n: number, on = core, tx?: Parameters<typeof record>[1]) =>
  record(on, tx, {
    actor: { kind: 'user', id: n, username: `pérson-${n}`, via: 'password' },
    action: 'update',
    resourceType: 'project',
    resource: `line ${n} 'quoted' 🚢 `,
    projectId: n % 3 === 0 ? null : n,
    detail: { z: 1, a: { old: [1.5, -0, 1e21, 5e-324, null], new: 'ü\n"' }, '10': true, '9': n, ä: n },
  })
const prisma = () => database.db.prisma
const sql = (text: string, ...params: (string | number | null)[]) => database.db.query(text, params)

beforeAll(async () => {
  database = await testDatabase()
  core = openCore()
  other = openCore()
})
beforeEach(async () => {
  // As on the first day: a process that has seen more would take it for a log that was cut off.
  await Promise.all([core.close(), other.close()])
  await database.db.prisma.auditLine.deleteMany()
  await database.db.prisma.auditHead.deleteMany()
  await database.db.prisma.auditCheckpoint.deleteMany()
  core = openCore()
  other = openCore()
})
afterAll(async () => {
  await Promise.all([core.close(), other.close()])
  await database.drop()
})

const positions = async () =>
  (await sql('SELECT position FROM audit_lines ORDER BY position, id')).map(({ position }) => position)
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1)

describe('sealing', () => {
  it('gives every line its place and hash once, with two processes at it while lines are written', async () => {
    const writing = Promise.all(upTo(200).map((n) => write(n, n % 2 === 0 ? core : other)))
    let written = false
    void writing.finally(() => {
      written = true
    })
    do await Promise.all([sealLines(core), sealLines(other)])
    while (!written)
    await writing
    await sealLines(other)
    expect(await positions()).toEqual(upTo(200))
    const found = await verifyAuditLog(core, SYSTEM)
    expect(found).toMatchObject({ from: 1, to: 200, lines: 200, next: null, broken: null })
    expect(found.head?.position).toBe(200)
  })

  it('comes after the transaction: a line that is committed late stands behind, and is not lost', async () => {
    const gate = Promise.withResolvers<void>()
    const inside = Promise.withResolvers<void>()
    const late = core.db.transaction(async (tx) => {
      await write(1, core, tx)
      inside.resolve()
      await gate.promise
    })
    await inside.promise
    await write(2)
    await sealLines(core)
    expect(await positions()).toHaveLength(1)
    gate.resolve()
    await late
    await sealLines(core)
    const rows = await sql('SELECT actor_id, position FROM audit_lines ORDER BY position')
    expect(rows).toEqual([
      { actor_id: 2, position: 1 },
      { actor_id: 1, position: 2 },
    ])
    expect((await verifyAuditLog(core, SYSTEM)).broken).toBeNull()
  })

  it('takes up lines of the time before there were seals, and none without one afterwards', async () => {
    await Promise.all(upTo(5).map((n) => write(n)))
    await sql('UPDATE audit_lines SET seal = NULL')
    expect(await sealLines(core)).toEqual({ sealed: 5, foreign: [] })
    await write(6)
    const [{ id }] = (await sql('SELECT max(id) AS id FROM audit_lines')) as [{ id: number }]
    await sql('UPDATE audit_lines SET seal = NULL WHERE id = ?', id)
    expect(await sealLines(core)).toEqual({ sealed: 0, foreign: [id] })
    expect(await sealLines(core)).toEqual({ sealed: 0, foreign: [] })
    expect((await verifyAuditLog(core, SYSTEM)).broken).toEqual({ what: 'foreign', position: null, id })
  })

  it('writes one canonical form, whatever order and type of numbers the database gives back', async () => {
    await write(1)
    await sealLines(core)
    const line = await prisma().auditLine.findFirstOrThrow()
    const detail = '{"10":true,"9":1,"a":{"new":"ü\\n\\"","old":[1.5,0,1e+21,5e-324,null]},"z":1,"ä":1}'
    const form =
      `{"action":"update","actor_id":1,"actor_kind":"user","actor_name":"pérson-1","address":"",` +
      `"at":"${line.at.toISOString()}","credential":"password","detail":${detail},"id":${line.id},"position":1,` +
      `"project_id":1,"request_id":"","resource":"line 1 'quoted' 🚢 ","resource_type":"project","result":"ok",` +
      `"times":1,"user_agent":""}`
    const { createHash } = await import('node:crypto')
    expect(line.hash).toBe(createHash('sha256').update(`${FIRST_HASH}\n${form}`).digest('hex'))
  })

  it('walks on where it stopped, and through no more than was asked', async () => {
    await Promise.all(upTo(30).map((n) => write(n)))
    await sealLines(core)
    expect(await verifyChain(core, 11)).toMatchObject({ from: 11, to: 30, lines: 20, broken: null })
    expect(await verifyChain(core, 31)).toMatchObject({
      from: 31,
      to: 30,
      lines: 0,
      next: null,
      broken: null,
    })
    expect(await verifyChain(core, 1, -1)).toMatchObject({ to: 0, next: 1, broken: null })
    await expect(verifyAuditLog(core, SYSTEM, 0)).rejects.toThrow('position')
  })
})

// What somebody can do who may write everything in the database, and knows how Berth computes.
const AT = 17
const LAST = 20
const set = (assignment: string) => () => sql(`UPDATE audit_lines SET ${assignment} WHERE position = ${AT}`)

async function allLines(): Promise<(ListedAuditLine & { position: number })[]> {
  const lines = await prisma().auditLine.findMany({ orderBy: [{ position: 'asc' }, { id: 'asc' }] })
  return lines.map(
    (line) =>
      ({ ...line, id: Number(line.id), position: Number(line.position) }) as ListedAuditLine & {
        position: number
      },
  )
}
/** Gives all lines new places and hashes, and the head the last of them. */
async function computeAnew(): Promise<void> {
  let hash = FIRST_HASH
  let position = 0
  for (const line of await allLines()) {
    position++
    hash = hashOf(hash, { ...line, position })
    await sql('UPDATE audit_lines SET position = ?, hash = ? WHERE id = ?', position, hash, line.id)
  }
  await sql('UPDATE audit_heads SET position = ?, hash = ?', position, hash)
}
/** A second line like the one there. */
async function copyLine(position: number, changed: object = {}): Promise<void> {
  const { id: _, ...line } = await prisma().auditLine.findFirstOrThrow({ where: { position: AT } })
  await prisma().auditLine.create({ data: { ...line, position, ...changed, detail: line.detail as object } })
}
const remove = (position: number) => sql('DELETE FROM audit_lines WHERE position = ?', position)

const ways: [string, Breach, number, () => Promise<unknown>][] = [
  ['another resource', 'changed', AT, set("resource = 'harmless'")],
  ['another person', 'changed', AT, set("actor_name = 'mallory', actor_id = 99")],
  ['another result', 'changed', AT, set("result = 'refused'")],
  ['another address', 'changed', AT, set("address = '192.0.2.7'")],
  ['another project', 'changed', AT, set('project_id = NULL')],
  ['another count', 'changed', AT, set('times = 2')],
  ['a time one second later', 'changed', AT, set("at = '2020-01-01 00:00:00'")],
  ['no detail', 'changed', AT, set('detail = NULL')],
  ['one number in the detail', 'changed', AT, set(`detail = '{"z":2}'`)],
  ['another hash', 'changed', AT, set(`hash = '${'a'.repeat(64)}'`)],
  ['no hash', 'changed', AT, set('hash = NULL')],
  ['no seal', 'changed', AT, set('seal = NULL')],
  [
    'a change with every later hash computed anew',
    'changed',
    AT,
    async () => {
      await set("resource = 'harmless'")()
      await computeAnew()
    },
  ],
  ['a line taken away', 'missing', AT, () => remove(AT)],
  [
    'a line taken away and the others moved up',
    'changed',
    AT,
    async () => {
      await remove(AT)
      await computeAnew()
    },
  ],
  ['a line without its place', 'missing', AT, set('position = NULL')],
  ['a line behind a place that is taken', 'inserted', AT, () => copyLine(AT)],
  [
    'a line in between',
    'changed',
    AT + 1,
    async () => {
      await copyLine(AT)
      await computeAnew()
    },
  ],
  ['a line behind the end', 'inserted', LAST + 1, () => copyLine(LAST + 1)],
  [
    'two lines that change places',
    'changed',
    AT,
    () =>
      sql(
        `UPDATE audit_lines SET position = ${AT} + ${AT + 1} - position WHERE position IN (${AT}, ${AT + 1})`,
      ),
  ],
  ['the newest lines cut off', 'missing', LAST - 1, async () => [await remove(LAST), await remove(LAST - 1)]],
  [
    'the newest lines cut off and the head moved back',
    'head',
    LAST - 1,
    async () => {
      await remove(LAST)
      await computeAnew()
    },
  ],
  ['no head', 'head', LAST, () => sql('DELETE FROM audit_heads')],
  ['a head further on', 'head', LAST, () => sql('UPDATE audit_heads SET position = position + 1')],
  ['a head of another time', 'head', LAST, () => sql("UPDATE audit_heads SET at = '2020-01-01 00:00:00'")],
  [
    'a head that takes lines without MAC',
    'head',
    LAST,
    () => sql('UPDATE audit_heads SET unproven_until = 999'),
  ],
  ['everything but the head taken away', 'missing', 1, () => sql('DELETE FROM audit_lines')],
  [
    'lines taken away with a checkpoint in their place',
    'checkpoint',
    AT,
    async () => {
      const [before, line] = (await allLines()).slice(AT - 2, AT) as [ListedAuditLine, ListedAuditLine]
      const head = await prisma().auditHead.findFirstOrThrow()
      await remove(AT)
      await prisma().auditCheckpoint.create({
        data: {
          firstPosition: AT,
          lastPosition: AT,
          reason: 'purged',
          hashBefore: before.hash!,
          hashAfter: line.hash!,
          at: new Date(),
          signature: head.signature,
        },
      })
    },
  ],
]

describe('who writes into the database', () => {
  beforeEach(async () => {
    for (const n of upTo(LAST)) await write(n)
    await sealLines(core)
  })

  it.each(ways)('does not remain unseen with %s', async (_, what, position, tamper) => {
    await tamper()
    const found = await verifyAuditLog(other, SYSTEM)
    expect(found.broken).toMatchObject({ what, position })
  })

  it('cannot have a line sealed, nor change one that waits for its seal', async () => {
    await copyLine(0, { position: null, hash: null })
    await write(LAST + 1)
    const [{ id }] = (await sql('SELECT max(id) AS id FROM audit_lines')) as [{ id: number }]
    await sql("UPDATE audit_lines SET resource = 'harmless' WHERE id = ?", id)
    await write(LAST + 2)
    expect(await sealLines(core)).toMatchObject({ sealed: 1, foreign: [id - 1, id] })
    expect((await verifyAuditLog(core, SYSTEM)).broken).toMatchObject({ what: 'foreign' })
  })

  it('leaves a mark for ever when Berth finds the head broken, and what comes is sealed behind it', async () => {
    await sql("UPDATE audit_heads SET signature = 'AAAA'")
    await write(LAST + 1)
    expect(await sealLines(other)).toEqual({ sealed: 1, foreign: [], restartedAt: LAST + 1 })
    expect((await verifyAuditLog(core, SYSTEM)).broken).toMatchObject({
      what: 'restarted',
      position: LAST + 1,
    })
    expect(await verifyAuditLog(core, SYSTEM, LAST + 2)).toMatchObject({ lines: 1, broken: null })
    expect(await sealLines(other)).toEqual({ sealed: 0, foreign: [] })
  })

  it('cannot put back an older log under a process that has seen a newer one; a process that starts then cannot tell', async () => {
    const older = await prisma().auditHead.findFirstOrThrow()
    for (const n of [21, 22, 23]) await write(n)
    await sealLines(core)
    await sql('DELETE FROM audit_lines WHERE position > ?', LAST)
    await prisma().auditHead.updateMany({ data: older })
    expect((await verifyAuditLog(other, SYSTEM)).broken).toBeNull()
    expect(await sealLines(core)).toMatchObject({ restartedAt: LAST + 4 })
    expect((await verifyAuditLog(other, SYSTEM)).broken).toMatchObject({
      what: 'missing',
      position: LAST + 1,
    })
  })
})

it('any change to any line is named, at its place', async () => {
  for (const n of upTo(25)) await write(n)
  await sealLines(core)
  const lines = await prisma().auditLine.findMany({ orderBy: { position: 'asc' } })
  const head = await prisma().auditHead.findFirstOrThrow()
  const text = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 })
  const columns = [
    'actor_name',
    'credential',
    'address',
    'user_agent',
    'request_id',
    'action',
    'resource_type',
    'resource',
    'hash',
    'seal',
  ] as const
  const kinds = fc.oneof(
    fc.record({ kind: fc.constantFrom(...columns), text }),
    fc.record({ kind: fc.constant('delete' as const), text }),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 25 }),
      kinds,
      fc.boolean(),
      async (position, { kind, text }, anew) => {
        const line = lines[position - 1]!
        if (kind === 'delete') await remove(position)
        else await sql(`UPDATE audit_lines SET ${kind} = ? WHERE position = ?`, `${text}.`, position)
        const hidden = anew && kind !== 'hash'
        if (hidden) await computeAnew()
        const { broken } = await verifyChain(core, 1)
        await prisma().auditLine.deleteMany()
        await prisma().auditLine.createMany({
          data: lines.map((l) => ({ ...l, detail: l.detail as object })),
        })
        if (hidden) await prisma().auditHead.updateMany({ data: head })
        // The last one taken away, and the head moved back: only the head can tell.
        const at = kind === 'delete' && hidden && position === 25 ? 24 : position
        expect(broken?.position, `${kind} ${line.id}`).toBe(at)
      },
    ),
    { numRuns: 25 },
  )
}, 60_000)
