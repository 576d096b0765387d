import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { testDatabase } from '@berth/testing'
import { describe, expect, it, vi } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { sealLines, verifyAuditLog } from '../index.ts'
import { recordPast } from '../service.ts'
import { FIRST_HASH } from './canonical.ts'
import { lineOf, SealedLog, upTo } from './sealed-log.fixture.ts'
import { verifyChain } from './verify.ts'

const log = new SealedLog(testDatabase)

describe('sealing', () => {
  it('gives every line its place and hash once, with two processes at it while lines are written', async () => {
    const writing = Promise.all(upTo(200).map((n) => log.write(n, n % 2 === 0 ? log.core : log.other)))
    let written = false
    void writing.finally(() => {
      written = true
    })
    do await Promise.all([sealLines(log.core), sealLines(log.other)])
    while (!written)
    await writing
    await sealLines(log.other)
    expect(await log.positions()).toEqual(upTo(200))
    const found = await verifyAuditLog(log.core, SYSTEM)
    expect(found).toMatchObject({ from: 1, to: 200, lines: 200, next: null, broken: null })
    expect(found.head?.position).toBe(200)
  })

  it('comes after the transaction: a line that is committed late stands behind, and is not lost', async () => {
    const gate = Promise.withResolvers<void>()
    const inside = Promise.withResolvers<void>()
    const late = log.core.db.transaction(async (tx) => {
      await log.write(1, log.core, tx)
      inside.resolve()
      await gate.promise
    })
    await inside.promise
    await log.write(2)
    await sealLines(log.core)
    expect(await log.positions()).toHaveLength(1)
    gate.resolve()
    await late
    await sealLines(log.core)
    const rows = await log.sql('SELECT actor_id, position FROM audit_lines ORDER BY position')
    expect(rows).toEqual([
      { actor_id: 2, position: 1 },
      { actor_id: 1, position: 2 },
    ])
    expect((await verifyAuditLog(log.core, SYSTEM)).broken).toBeNull()
  })

  it('takes up no line without its MAC, the first one neither', async () => {
    await log.write(1)
    const [{ id }] = (await log.sql('SELECT max(id) AS id FROM audit_lines')) as [{ id: number }]
    await log.sql('UPDATE audit_lines SET seal = NULL WHERE id = ?', id)
    expect(await sealLines(log.core)).toEqual({ sealed: 0, foreign: [id] })
    expect(await sealLines(log.core)).toEqual({ sealed: 0, foreign: [] })
    expect((await verifyAuditLog(log.core, SYSTEM)).broken).toEqual({ what: 'foreign', position: null, id })
  })

  it('writes one canonical form, whatever order and type of numbers the database gives back', async () => {
    await log.write(1)
    await sealLines(log.core)
    const line = await log.prisma.auditLine.findFirstOrThrow()
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
    await Promise.all(upTo(30).map((n) => log.write(n)))
    await sealLines(log.core)
    expect(await verifyChain(log.core, 11)).toMatchObject({ from: 11, to: 30, lines: 20, broken: null })
    expect(await verifyChain(log.core, 31)).toMatchObject({
      from: 31,
      to: 30,
      lines: 0,
      next: null,
      broken: null,
    })
    expect(await verifyChain(log.core, 1, -1)).toMatchObject({ to: 0, next: 1, broken: null })
    await expect(verifyAuditLog(log.core, SYSTEM, 0)).rejects.toThrow('position')
  })
})

/** Whether somebody moves the head at this moment. */
const headIsMoving = () =>
  log.database.db
    .transaction((tx) => tx.$executeRawUnsafe('SELECT id FROM audit_heads FOR UPDATE NOWAIT'))
    .then(
      () => false,
      () => true,
    )

it('a sealer that is killed between the head and its lines leaves neither a gap nor a double', async () => {
  const [batch, rest] = [2_000, 300]
  const origin = { address: '', userAgent: '', requestId: '' }
  const lines = upTo(batch + rest).map((n) => ({ line: lineOf(n), origin, at: new Date() }))
  await recordPast(log.core, undefined, lines)
  const [{ id }] = (await log.sql('SELECT max(id) AS id FROM audit_lines')) as [{ id: number }]
  const killed = await log.database.db.transaction(async (tx) => {
    // The second batch waits for this line, with the head already behind it.
    await tx.$executeRawUnsafe(`SELECT id FROM audit_lines WHERE id = ${id} FOR UPDATE`)
    const sealer = fork(join(import.meta.dirname, 'sealer.fixture.ts'), [JSON.stringify(log.core.settings)])
    const ended = once(sealer, 'exit')
    await vi.waitFor(
      async () => {
        expect(await log.sql('SELECT position FROM audit_heads')).toEqual([{ position: batch }])
        expect(await headIsMoving()).toBe(true)
      },
      { timeout: 20_000, interval: 50 },
    )
    sealer.kill('SIGKILL')
    return ended
  })
  expect(killed).toEqual([null, 'SIGKILL'])
  // The database lets go of what the dead one held when it sees that the connection is gone.
  await vi.waitFor(
    async () => expect(await sealLines(log.other)).toMatchObject({ sealed: rest, foreign: [] }),
    {
      timeout: 20_000,
    },
  )
  expect(await log.positions()).toEqual(upTo(batch + rest))
  const found = await verifyAuditLog(log.core, SYSTEM)
  expect(found).toMatchObject({ to: batch + rest, lines: batch + rest, next: null, broken: null })
}, 60_000)
