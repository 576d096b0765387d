import { testDatabase } from '@berth/testing'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { sealLines, verifyAuditLog } from '../index.ts'
import type { ListedAuditLine } from '../model.ts'
import { FIRST_HASH, hashOf } from './canonical.ts'
import { SealedLog, upTo } from './sealed-log.fixture.ts'
import { type Breach, verifyChain } from './verify.ts'

const log = new SealedLog(testDatabase)

// What somebody can do who may write everything in the database, and knows how Berth computes.
const AT = 17
const LAST = 20
const set = (assignment: string) => () =>
  log.sql(`UPDATE audit_lines SET ${assignment} WHERE position = ${AT}`)

async function allLines(): Promise<(ListedAuditLine & { position: number })[]> {
  const lines = await log.prisma.auditLine.findMany({ orderBy: [{ position: 'asc' }, { id: 'asc' }] })
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
    await log.sql('UPDATE audit_lines SET position = ?, hash = ? WHERE id = ?', position, hash, line.id)
  }
  await log.sql('UPDATE audit_heads SET position = ?, hash = ?', position, hash)
}
/** A second line like the one there. */
async function copyLine(position: number, changed: object = {}): Promise<void> {
  const { id: _, ...line } = await log.prisma.auditLine.findFirstOrThrow({ where: { position: AT } })
  await log.prisma.auditLine.create({
    data: { ...line, position, ...changed, detail: line.detail as object },
  })
}
const remove = (position: number) => log.sql('DELETE FROM audit_lines WHERE position = ?', position)

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
      log.sql(
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
  ['no head', 'head', LAST, () => log.sql('DELETE FROM audit_heads')],
  ['a head further on', 'head', LAST, () => log.sql('UPDATE audit_heads SET position = position + 1')],
  [
    'a head of another time',
    'head',
    LAST,
    () => log.sql("UPDATE audit_heads SET at = '2020-01-01 00:00:00'"),
  ],
  ['everything but the head taken away', 'missing', 1, () => log.sql('DELETE FROM audit_lines')],
  [
    'lines taken away with a checkpoint in their place',
    'checkpoint',
    AT,
    async () => {
      const [before, line] = (await allLines()).slice(AT - 2, AT) as [ListedAuditLine, ListedAuditLine]
      const head = await log.prisma.auditHead.findFirstOrThrow()
      await remove(AT)
      await log.prisma.auditCheckpoint.create({
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
    for (const n of upTo(LAST)) await log.write(n)
    await sealLines(log.core)
  })

  it.each(ways)('does not remain unseen with %s', async (_, what, position, tamper) => {
    await tamper()
    const found = await verifyAuditLog(log.other, SYSTEM)
    expect(found.broken).toMatchObject({ what, position })
  })

  it('cannot hide a line before the first', async () => {
    await copyLine(0)
    expect((await verifyAuditLog(log.other, SYSTEM)).broken).toMatchObject({
      what: 'foreign',
      position: null,
    })
  })

  it('cannot begin a log of their own in an empty one', async () => {
    await log.sql("UPDATE audit_lines SET resource = 'harmless', position = NULL, hash = NULL, seal = NULL")
    await log.sql('DELETE FROM audit_heads')
    expect(await sealLines(log.other)).toMatchObject({ sealed: 0, foreign: { length: LAST } })
    expect((await verifyAuditLog(log.other, SYSTEM)).broken).toMatchObject({ what: 'foreign' })
  })

  it('cannot have a line sealed, nor change one that waits for its seal', async () => {
    await copyLine(0, { position: null, hash: null })
    await log.write(LAST + 1)
    const [{ id }] = (await log.sql('SELECT max(id) AS id FROM audit_lines')) as [{ id: number }]
    await log.sql("UPDATE audit_lines SET resource = 'harmless' WHERE id = ?", id)
    await log.write(LAST + 2)
    expect(await sealLines(log.core)).toMatchObject({ sealed: 1, foreign: [id - 1, id] })
    expect((await verifyAuditLog(log.core, SYSTEM)).broken).toMatchObject({ what: 'foreign' })
  })

  it('leaves a mark for ever when Berth finds the head broken, and what comes is sealed behind it', async () => {
    await log.sql("UPDATE audit_heads SET signature = 'AAAA'")
    await log.write(LAST + 1)
    expect(await sealLines(log.other)).toEqual({ sealed: 1, foreign: [], restartedAt: LAST + 1 })
    expect((await verifyAuditLog(log.core, SYSTEM)).broken).toMatchObject({
      what: 'restarted',
      position: LAST + 1,
    })
    expect(await verifyAuditLog(log.core, SYSTEM, LAST + 2)).toMatchObject({ lines: 1, broken: null })
    expect(await sealLines(log.other)).toEqual({ sealed: 0, foreign: [] })
  })

  it('cannot put back an older log under a process that has seen a newer one; a process that starts then cannot tell', async () => {
    const older = await log.prisma.auditHead.findFirstOrThrow()
    for (const n of [21, 22, 23]) await log.write(n)
    await sealLines(log.core)
    await log.sql('DELETE FROM audit_lines WHERE position > ?', LAST)
    await log.prisma.auditHead.updateMany({ data: older })
    expect((await verifyAuditLog(log.other, SYSTEM)).broken).toBeNull()
    expect(await sealLines(log.core)).toMatchObject({ restartedAt: LAST + 4 })
    expect((await verifyAuditLog(log.other, SYSTEM)).broken).toMatchObject({
      what: 'missing',
      position: LAST + 1,
    })
  })
})

it('any change to any line is named, at its place', async () => {
  for (const n of upTo(25)) await log.write(n)
  await sealLines(log.core)
  const lines = await log.prisma.auditLine.findMany({ orderBy: { position: 'asc' } })
  const head = await log.prisma.auditHead.findFirstOrThrow()
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
        else await log.sql(`UPDATE audit_lines SET ${kind} = ? WHERE position = ?`, `${text}.`, position)
        const hidden = anew && kind !== 'hash'
        if (hidden) await computeAnew()
        const { broken } = await verifyChain(log.core, 1)
        await log.prisma.auditLine.deleteMany()
        await log.prisma.auditLine.createMany({
          data: lines.map((l) => ({ ...l, detail: l.detail as object })),
        })
        if (hidden) await log.prisma.auditHead.updateMany({ data: head })
        // The last one taken away, and the head moved back: only the head can tell.
        const at = kind === 'delete' && hidden && position === 25 ? 24 : position
        expect(broken?.position, `${kind} ${line.id}`).toBe(at)
      },
    ),
    { numRuns: 25 },
  )
}, 60_000)
