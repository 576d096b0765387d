import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { addProject, image, openShop, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCore } from '../../context/index.ts'
import { copyArtifact, type Harbour, heldBy, openHarbour, pushTo } from '../harbour.fixture.ts'

let harbour: Harbour
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase })
})
afterAll(() => harbour.close())

const CHUNK_BYTES = 100_000

test('a worker that is killed in the middle of a blob leaves it to the next, which sends the rest', async () => {
  const [source, target] = [await harbour.openPort(), await harbour.openPort()]
  const layer = new Uint8Array(1_000_000).map((_, n) => n % 251)
  const pushed = image('large', { layers: [layer] })
  await pushTo(source.client, 'library/app', pushed, 'v1')
  const worker: ChildProcess = spawn(
    process.execPath,
    [
      join(import.meta.dirname, 'sender.fixture.ts'),
      ...[
        harbour.databaseUrl,
        source.registry.url,
        target.registry.url,
        pushed.digest,
        'v1',
        String(CHUNK_BYTES),
      ],
    ],
    { stdio: ['pipe', 'ignore', 'inherit'] },
  )
  target.registry.state.faults.push({
    when: ({ method }) =>
      method === 'PATCH' &&
      [...target.registry.state.uploads.values()].some((open) => open.sizeBytes === 6 * CHUNK_BYTES),
    action: {
      kind: 'rewrite',
      change(reply) {
        worker.kill('SIGKILL')
        return reply
      },
    },
  })
  expect(await once(worker, 'exit')).toEqual([null, 'SIGKILL'])
  expect(heldBy(target.registry, 'library/app').tags).toEqual({})
  target.registry.state.requests.length = 0

  // Another worker, once the killed one's lease has run out.
  const core = createCore({ ...harbour.core.settings, now: () => Date.now() + 60_000 })
  try {
    const artifact = { source: 'library/app', target: 'library/app', digest: pushed.digest, tags: ['v1'] }
    const result = await copyArtifact(core, source.site, target.site, artifact, { chunkBytes: CHUNK_BYTES })
    expect(result.outcome).toBe('copied')
    const parts = target.registry.state.requests
      .filter(({ method }) => method === 'PATCH')
      .map(({ headers }) => Number(String(headers['content-range']).split('-')[0]))
    // What the registry had taken is not sent again, not even the part whose answer nobody heard.
    expect(parts).toEqual([7, 8, 9].map((part) => part * CHUNK_BYTES))
  } finally {
    await core.close()
  }
  expect(heldBy(target.registry, 'library/app')).toEqual(heldBy(source.registry, 'library/app'))
  expect(new Set(target.registry.state.received).size).toBe(target.registry.state.received.length)
}, 60_000)

test('who has lost the place of a blob asks for it again, and fails nothing', async () => {
  const [source, target] = [await harbour.openPort(), await harbour.openPort()]
  const { core } = harbour
  const layer = new Uint8Array(1_000_000).map((_, n) => n % 241)
  const pushed = image('lost place', { layers: [layer] })
  await pushTo(source.client, 'library/lost', pushed, 'v1')
  // As after an outage of the database: another worker had it, and has vanished.
  const where = { destRegistryId: target.site.key }
  const taken = { holder: '7-another-worker', leaseUntil: new Date(0) }
  const takeAway = () => core.db.prisma.replicationUpload.updateMany({ where, data: taken })
  const { promise: taking, resolve: took } = Promise.withResolvers<void>()
  target.registry.state.faults.push({
    when({ method }) {
      if (method !== 'PATCH') return false
      takeAway().then(() => took())
      return true
    },
    action: { kind: 'hold', until: taking },
  })
  const artifact = { source: 'library/lost', target: 'library/lost', digest: pushed.digest, tags: ['v1'] }
  const result = await copyArtifact(core, source.site, target.site, artifact, { chunkBytes: CHUNK_BYTES })
  expect(result).toMatchObject({ outcome: 'copied', warnings: [] })
  expect(heldBy(target.registry, 'library/lost')).toEqual(heldBy(source.registry, 'library/lost'))
}, 60_000)
