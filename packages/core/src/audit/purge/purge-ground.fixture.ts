import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { type Core, createCore } from '../../context/index.ts'
import { getPurge, record, requestPurge, runPurges, sealLines, verifyAuditLog } from '../index.ts'

export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS
export type LineType = 'pull' | 'tag' | 'user'

interface NewDatabase {
  url: string
  db: Core['db']
  drop(): Promise<void>
}

/** For one test file: a database whose log is empty before each test, and a clock that tests move. */
export function purgeGround(newDatabase: () => Promise<NewDatabase>) {
  const ground = {
    database: undefined as unknown as NewDatabase,
    core: undefined as unknown as Core,
    clockMs: Date.parse('2026-05-01T00:00:00Z'),
  }
  const openCore = () =>
    createCore({
      databaseUrl: ground.database.url,
      secretKey: 'a secret key of thirty-two characters',
      externalUrl: 'http://berth.test',
      registryUrl: 'http://127.0.0.1:9',
      poolSize: 4,
      now: () => ground.clockMs,
    })
  beforeAll(async () => {
    ground.database = await newDatabase()
  })
  beforeEach(async () => {
    await ground.core?.close()
    const { prisma } = ground.database.db
    await Promise.all([prisma.auditLine.deleteMany(), prisma.auditHead.deleteMany()])
    await Promise.all([prisma.auditCheckpoint.deleteMany(), prisma.execution.deleteMany()])
    ground.core = openCore()
  })
  afterAll(async () => {
    await ground.core.close()
    await ground.database.drop()
  })

  /** A line a minute, of these types. */
  async function write(types: readonly LineType[]): Promise<void> {
    for (const type of types) {
      ground.clockMs += 60_000
      const common = { actor: SYSTEM, resource: `line of ${type}` }
      if (type === 'pull')
        await record(ground.core, undefined, { ...common, action: 'pull', resourceType: 'artifact' })
      else if (type === 'tag')
        await record(ground.core, undefined, { ...common, action: 'create', resourceType: 'tag' })
      else await record(ground.core, undefined, { ...common, action: 'create', resourceType: 'user' })
    }
    await sealLines(ground.core)
  }
  const purge = async (hours: number, types: string, dry = false) => {
    const parameters = { audit_retention_hour: hours, include_event_types: types, dry_run: dry }
    const id = (await requestPurge(
      ground.core,
      SYSTEM,
      { schedule: { type: 'Manual' }, parameters },
      'create',
    ))!
    await runPurges(ground.core)
    return getPurge(ground.core, SYSTEM, id)
  }
  const left = async () =>
    (
      await ground.database.db.query<{ position: number }>(
        `SELECT position FROM audit_lines WHERE position > 0 AND resource LIKE 'line of %' ORDER BY position`,
      )
    ).map(({ position }) => position)
  const checkpoints = async () =>
    (await ground.database.db.prisma.auditCheckpoint.findMany({ orderBy: { firstPosition: 'asc' } })).map(
      ({ firstPosition, lastPosition }) => [Number(firstPosition), Number(lastPosition)],
    )
  const intact = async () => expect((await verifyAuditLog(ground.core, SYSTEM)).broken).toBeNull()
  return { ground, openCore, write, purge, left, checkpoints, intact }
}
