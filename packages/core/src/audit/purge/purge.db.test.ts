import { testDatabase } from '@berth/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { getPurgeLog, requestPurge, sealLines, verifyAuditLog } from '../index.ts'
import { DAY_MS, type LineType, purgeGround } from './purge-ground.fixture.ts'

const { ground, openCore, write, purge, left, checkpoints, intact } = purgeGround(testDatabase)

it('removes what is older, of the types that were asked for, and leaves checkpoints that join', async () => {
  await write(['pull', 'tag', 'pull', 'pull', 'user', 'tag'])
  ground.clockMs += DAY_MS
  await write(['pull', 'user'])
  const first = await purge(12, 'pull_artifact')
  expect(first.execution.status).toBe('Success')
  expect(await left()).toEqual([2, 5, 6, 7, 8])
  expect(await checkpoints()).toEqual([
    [1, 1],
    [3, 4],
  ])
  await intact()
  await purge(12, 'create_tag,create_user')
  expect(await left()).toEqual([7, 8])
  expect(await checkpoints()).toEqual([[1, 6]])
  await sealLines(ground.core)
  await intact()
  expect((await verifyAuditLog(ground.core, SYSTEM, 4)).broken).toBeNull()
  expect((await verifyAuditLog(ground.core, SYSTEM, 7)).broken).toBeNull()
  const told = await ground.database.db.prisma.auditLine.findMany({
    where: { action: 'purge' },
    orderBy: { id: 'asc' },
  })
  expect(told.map(({ detail }) => (detail as { removed: number }).removed)).toEqual([3, 3])
  expect(await getPurgeLog(ground.core, SYSTEM, first.execution.id)).toMatch(/3 lines were removed\n$/)
})

it('other is everything but what happens to artifacts, tags too; nothing asked for is nothing removed', async () => {
  await write(['pull', 'tag', 'user'])
  ground.clockMs += DAY_MS
  for (const [hours, types] of [
    [0, 'other'],
    [-1, 'other'],
    [1, ''],
    [240_000, 'other'],
  ] as const) {
    expect((await purge(hours, types)).execution.status).toBe('Success')
    expect(await left()).toEqual([1, 2, 3])
  }
  const dry = await purge(1, 'other', true)
  expect(await getPurgeLog(ground.core, SYSTEM, dry.execution.id)).toContain('2 lines would be removed')
  expect(await left()).toEqual([1, 2, 3])
  await purge(1, 'other')
  expect(await left()).toEqual([1])
  await intact()
  for (const parameters of [
    { audit_retention_hour: 240_001 },
    { audit_retention_hour: 1.5 },
    { audit_retention_hour: '1' },
    { include_event_types: ['other'] },
    { include_event_types: 'x; DROP TABLE' },
    { dry_run: 'yes' },
  ])
    await expect(
      requestPurge(ground.core, SYSTEM, { schedule: { type: 'Manual' }, parameters }, 'create'),
    ).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})

it('wipes away no traces: what is not as it was sealed stays, and so does what stands behind a gap', async () => {
  await write(['pull', 'pull', 'pull', 'pull', 'pull', 'pull'])
  await ground.database.db.query("UPDATE audit_lines SET resource = 'line of mallory' WHERE position = 3")
  await ground.database.db.query('DELETE FROM audit_lines WHERE position = 5')
  ground.clockMs += DAY_MS
  const { execution } = await purge(1, 'pull_artifact')
  expect(await left()).toEqual([3, 6])
  expect(await getPurgeLog(ground.core, SYSTEM, execution.id)).toContain(
    '2 stay because they are not as they were sealed',
  )
  expect((await verifyAuditLog(ground.core, SYSTEM)).broken).toMatchObject({ what: 'changed', position: 3 })
})

it('a checkpoint that somebody changes, stretches, copies or takes away is seen', async () => {
  await write(['user', 'pull', 'pull', 'user', 'pull', 'user'])
  ground.clockMs += DAY_MS
  await purge(1, 'pull_artifact')
  const { prisma } = ground.database.db
  const rows = await prisma.auditCheckpoint.findMany({ orderBy: { firstPosition: 'asc' } })
  const ways: [string, () => Promise<unknown>][] = [
    ['missing', () => prisma.auditCheckpoint.deleteMany({ where: { firstPosition: 2 } })],
    [
      'checkpoint',
      () => prisma.auditCheckpoint.updateMany({ where: { firstPosition: 2 }, data: { lastPosition: 4 } }),
    ],
    [
      'checkpoint',
      () =>
        prisma.auditCheckpoint.updateMany({
          where: { firstPosition: 2 },
          data: { hashAfter: 'f'.repeat(64) },
        }),
    ],
    [
      'checkpoint',
      () =>
        prisma.auditCheckpoint.updateMany({
          where: { firstPosition: 2 },
          data: { signature: rows[1]!.signature },
        }),
    ],
    [
      'checkpoint',
      () => prisma.auditCheckpoint.updateMany({ where: { firstPosition: 2 }, data: { at: new Date(0) } }),
    ],
    [
      'checkpoint',
      async () => {
        await prisma.auditLine.deleteMany({ where: { position: 4 } })
        await prisma.auditCheckpoint.update({ where: { firstPosition: 2 }, data: { lastPosition: 4 } })
      },
    ],
  ]
  for (const [what, tamper] of ways) {
    await tamper()
    expect((await verifyAuditLog(ground.core, SYSTEM)).broken).toMatchObject({ what, position: 2 })
    await prisma.auditCheckpoint.deleteMany()
    await prisma.auditCheckpoint.createMany({ data: rows })
  }
})

it('whatever is purged in whatever order, the chain holds, and checkpoints are as few as can be', async () => {
  const types = fc.array(fc.constantFrom<LineType>('pull', 'tag', 'user'), { minLength: 1, maxLength: 25 })
  const order = fc.shuffledSubarray(['pull_artifact', 'create_tag', 'create_user'], { minLength: 1 })
  await fc.assert(
    fc.asyncProperty(types, order, async (written, purged) => {
      const { prisma } = ground.database.db
      await Promise.all([
        prisma.auditLine.deleteMany(),
        prisma.auditHead.deleteMany(),
        prisma.auditCheckpoint.deleteMany(),
      ])
      await ground.core.close()
      ground.core = openCore()
      await write(written)
      ground.clockMs += DAY_MS
      for (const type of purged) await purge(1, type)
      const gone = written.map((type) =>
        purged.includes({ pull: 'pull_artifact', tag: 'create_tag', user: 'create_user' }[type]),
      )
      const runs = gone.filter((is, n) => is && !gone[n - 1]).length
      expect(await checkpoints()).toHaveLength(runs)
      expect(await left()).toHaveLength(gone.filter((is) => !is).length)
      await intact()
    }),
    { numRuns: 6 },
  )
}, 60_000)
