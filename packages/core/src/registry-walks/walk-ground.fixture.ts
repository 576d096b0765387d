import { type Core, SYSTEM } from '@berth/core'
import { parseRepositoryName } from '@berth/registry-client'
import type { FakeRegistry } from '@berth/registry-client/fake'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { getWalk, listFindings, runWalks, startWalk } from './index.ts'
import type { WalkInput } from './model.ts'

export const never = new AbortController().signal
export const all = { filters: [], sort: [], page: 1, pageSize: 0 }

/** For one test file: a project without content in index and registry, emptied again before each test. */
export interface WalkGround {
  databaseUrl: string
  shop: Shop
  core: Core
}

interface Shop {
  core: Core
  registry: FakeRegistry
  close(): Promise<void>
}

export function walkGround(
  newDatabase: () => Promise<{ url: string; drop(): Promise<void> }>,
  openShop: (databaseUrl: string) => Promise<Shop>,
): WalkGround {
  const ground = {} as WalkGround
  let database: Awaited<ReturnType<typeof newDatabase>>
  beforeAll(async () => {
    database = await newDatabase()
    const shop = await openShop(database.url)
    Object.assign(ground, { databaseUrl: database.url, shop, core: shop.core })
    await shop.core.db.prisma.project.create({
      data: { name: 'team', quota: { create: { limitBytes: -1 } } },
    })
  })
  afterAll(async () => {
    await ground.shop.close()
    await database.drop()
  })
  beforeEach(async () => {
    const { shop, core } = ground
    shop.registry.state.repositories.clear()
    shop.registry.state.faults.length = 0
    await core.db.prisma.registryWalk.deleteMany()
    await core.db.prisma.artifactReference.deleteMany()
    await core.db.prisma.repository.deleteMany()
    await core.db.prisma.project.updateMany({ data: { repositoryCount: 0 } })
  })
  return ground
}

export async function walked(
  { core }: WalkGround,
  input: WalkInput = { kind: 'reconcile', mend: true, requestsPerSecond: 10_000 },
) {
  const id = await startWalk(core, SYSTEM, input)
  await runWalks(core, never)
  return report(core, id)
}

export async function report(core: Core, id: number) {
  const walk = await getWalk(core, SYSTEM, id)
  const { items } = await listFindings(core, SYSTEM, id, all)
  const findings = items.map(({ kind, repository, reference, mended }) => [
    kind,
    repository,
    reference,
    mended,
  ])
  return { walk, findings: findings.sort((one, other) => (String(one) < String(other) ? -1 : 1)) }
}

export const repositoryOf = ({ registry }: Shop, name: string) =>
  registry.state.repositories.get(parseRepositoryName(name))!
