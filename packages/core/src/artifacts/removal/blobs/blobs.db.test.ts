import { addProject, image, openShop, type Shop, testDatabase, upload } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { withOrigin } from '../../../audit/index.ts'
import { SYSTEM } from '../../../authorization/index.ts'
import { deleteBlob, settleBlobRemovals } from '../../index.ts'
import { insertRemoval } from './store.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let shop: Shop
let projectId: number

beforeAll(async () => {
  database = await testDatabase()
  shop = await openShop(database.url)
  await addProject(shop.core, 'team')
  projectId = (await shop.core.db.prisma.project.findUniqueOrThrow({ where: { name: 'team' } })).id
})
afterAll(async () => {
  await shop.close()
  await database.drop()
})

const origin = { address: '192.0.2.7', userAgent: 'curl', requestId: 'blob' }
const later = () => ({ ...shop.core, now: () => Date.now() + 10 * 60_000 })
const waiting = () => shop.core.db.prisma.blobRemoval.count()
const linesOf = async (digest: string) => {
  const where = { resourceType: 'blob', resource: `team/app@${digest}` }
  const lines = await shop.core.db.prisma.auditLine.findMany({ where, orderBy: { id: 'asc' } })
  return lines.map(({ result, address, projectId }) => ({ result, address, projectId }))
}
const events = () => shop.core.db.prisma.event.count({ where: { type: 'blob.deleted' } })
async function layer(name: string): Promise<string> {
  const made = image(name)
  await upload(shop.core, 'team/app', made)
  return made.blobs[1]!.digest
}

it('a blob that is deleted leaves its line and event, and nothing to settle', async () => {
  const digest = await layer('plain')
  await withOrigin(origin, () => deleteBlob(shop.core, SYSTEM, { repository: 'team/app', digest }))
  expect(await linesOf(digest)).toEqual([{ result: 'ok', address: '192.0.2.7', projectId }])
  expect([await waiting(), await events()]).toEqual([0, 1])
  await expect(deleteBlob(shop.core, SYSTEM, { repository: 'team/app', digest })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
  expect(await waiting()).toBe(0)
})

it('a process that ends behind the registry loses no line; what did not happen is told as failed', async () => {
  const [gone, kept] = [await layer('gone'), await layer('kept')]
  const at = new Date()
  for (const digest of [gone, kept])
    await insertRemoval(shop.core, {
      repository: 'team/app',
      digest,
      projectId,
      actor: { kind: 'system' },
      origin,
      at,
    })
  shop.registry.state.repositories.get('team/app' as never)!.blobs.delete(gone as never)
  const before = await events()
  expect(await settleBlobRemovals(shop.core)).toEqual({ settled: 0, unclear: 0 })
  const both = await Promise.all([settleBlobRemovals(later()), settleBlobRemovals(later())])
  expect(both.reduce((sum, { settled }) => sum + settled, 0)).toBe(2)
  expect(await linesOf(gone)).toEqual([{ result: 'ok', address: '192.0.2.7', projectId }])
  expect(await linesOf(kept)).toEqual([{ result: 'failed', address: '192.0.2.7', projectId }])
  expect([await waiting(), await events()]).toEqual([0, before + 1])
})

it('what the registry says nothing about waits', async () => {
  const digest = await layer('unclear')
  const reply = { status: 500, headers: {}, body: undefined } as never
  const answer = { kind: 'answer', reply } as const
  shop.registry.state.faults.push({ when: ({ method }) => method !== 'GET', times: 20, action: answer })
  await expect(deleteBlob(shop.core, SYSTEM, { repository: 'team/app', digest })).rejects.toThrow()
  expect(await settleBlobRemovals(later())).toMatchObject({ settled: 0, unclear: 1 })
  shop.registry.state.faults.length = 0
  expect(await settleBlobRemovals(later())).toEqual({ settled: 1, unclear: 0 })
  expect(await linesOf(digest)).toMatchObject([{ result: 'failed' }])
})
