import { SYSTEM } from '@berth/core'
import { getArtifact } from '@berth/core/artifacts'
import { registryClient } from '@berth/core/registry'
import { runWalks, startReconcile } from '@berth/core/registry-walks'
import { listTagNames } from '@berth/core/tags'
import { parseDigest, parseRepositoryName } from '@berth/registry-client'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { PASSWORD, startBerth, type TestBerth } from '../../test/berth.ts'
import { eventOf, inboxCounts, pushDirectly, tell } from '../../test/direct.ts'
import { startGatewayProcess } from '../../test/gateway-process.ts'
import { createLayout, type Layout, skopeo } from '../../test/layout.ts'
import { startGateway } from '../server.ts'

// Clients talk to the registry, which trusts Berth's token service and tells Berth what happened.
let berth: TestBerth
let layout: Layout
beforeAll(async () => {
  berth = await startBerth({}, { notifies: true })
  layout = await createLayout(2_000)
  for (const name of ['dev', 'guest', 'keeper', 'outsider']) await berth.addUser(name)
  await berth.addProject('team', { members: { dev: 'developer', guest: 'guest', keeper: 'maintainer' } })
})
afterAll(async () => {
  await layout.remove()
  await berth.close()
})

const eventually = { timeout: 60_000, interval: 50 }
const artifact = (repository: string, reference: string) =>
  getArtifact(berth.core, SYSTEM, { repository, reference })
const at = (name: string) => `docker://${berth.registry.url.slice('http://'.length)}/${name}`
const as = (side: 'src' | 'dest', who: string) => [
  `--${side}-tls-verify=false`,
  `--${side}-creds=${who}:${PASSWORD}`,
]
const push = (name: string, who: string) =>
  skopeo('copy', '--all', '--preserve-digests', ...as('dest', who), `oci:${layout.folder}:latest`, at(name))
async function pull(name: string, who: string) {
  const target = await createLayout(1)
  try {
    return await skopeo('copy', '--all', ...as('src', who), at(name), `oci:${target.folder}:pulled`)
  } finally {
    await target.remove()
  }
}

describe('skopeo at the registry itself', () => {
  test('a developer pushes, a guest pulls, a maintainer deletes: index, tags and counts follow', async () => {
    expect(await push('team/image:1', 'dev')).toMatchObject({ code: 0 })
    await vi.waitFor(async () => {
      const index = await artifact('team/image', '1')
      expect(index).toMatchObject({ digest: layout.digest })
      expect(index.references).toHaveLength(2)
    }, eventually)

    // The index and each of its two manifests, once.
    const before = (await artifact('team/image', '1')).pullCount
    expect(await pull('team/image:1', 'guest')).toMatchObject({ code: 0 })
    await vi.waitFor(
      async () => expect((await artifact('team/image', '1')).pullCount).toBe(before + 1),
      eventually,
    )

    expect(await push('team/image:2', 'dev')).toMatchObject({ code: 0 })
    await vi.waitFor(
      async () =>
        expect((await listTagNames(berth.core, 'team/image', { n: 10, last: undefined })).names).toEqual([
          '1',
          '2',
        ]),
      eventually,
    )
    const deleted = await skopeo(
      'delete',
      '--tls-verify=false',
      `--creds=keeper:${PASSWORD}`,
      at('team/image:1'),
    )
    expect(deleted).toMatchObject({ code: 0 })
    // The registry deletes a manifest with all its tags.
    await vi.waitFor(async () => {
      for (const reference of ['1', '2', layout.digest])
        await expect(artifact('team/image', reference)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    }, eventually)
  })

  test('the registry sends its clients to Berth for tokens', async () => {
    const answer = await fetch(`${berth.registry.url}/v2/team/image/manifests/1`)
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringContaining(`realm="${berth.url}/service/token",service="berth-registry"`),
    ])
  })

  test('the registry refuses whom Berth gives no token for it', async () => {
    for (const outcome of [await push('team/image:3', 'guest'), await pull('team/image:1', 'outsider')]) {
      expect(outcome.code).not.toBe(0)
      expect(outcome.output).toMatch(/unauthorized|denied|authentication required/i)
    }
  })
})

test('while Berth is away the registry keeps its events and tells them when it is back', async () => {
  await berth.gateway.close(0)
  const digest = await pushDirectly(berth, 'team/queued', '1', 'queued')
  const gateway = await startGateway({
    core: berth.core,
    port: berth.port,
    host: '127.0.0.1',
    api: (_, res) => void res.end(),
    log: () => {},
  })
  try {
    await vi.waitFor(
      async () => expect(await artifact('team/queued', '1')).toMatchObject({ digest }),
      eventually,
    )
  } finally {
    await gateway.close(0)
  }
})

describe('without the registry’s own word', () => {
  let quiet: TestBerth
  beforeAll(async () => {
    quiet = await startBerth()
    await quiet.addProject('team')
  })
  afterAll(() => quiet.close())

  test('reconcile mends what was missed: pushes, moved tags and deletions', async () => {
    const lost = await pushDirectly(quiet, 'team/missed', 'gone', 'deleted unseen')
    const old = await pushDirectly(quiet, 'team/missed', 'moved', 'moved unseen')
    const target = { repository: 'team/missed', digest: old, tag: 'moved' }
    await tell(quiet, [eventOf('push', { ...target, digest: lost, tag: 'gone' }), eventOf('push', target)])
    const of = (reference: string) =>
      getArtifact(quiet.core, SYSTEM, { repository: 'team/missed', reference })
    await vi.waitFor(async () => expect((await of('moved')).digest).toBe(old), eventually)
    // From here on nobody tells Berth anything.
    await registryClient(quiet.core).deleteManifest(parseRepositoryName('team/missed'), parseDigest(lost))
    const now = await pushDirectly(quiet, 'team/missed', 'moved', 'moved here')
    const unseen = await pushDirectly(quiet, 'team/unseen', '1', 'never told')

    await startReconcile(quiet.core)
    const [walk] = await runWalks(quiet.core, new AbortController().signal)
    expect(walk).toMatchObject({ kind: 'reconcile', outcome: 'done' })
    expect((await of('moved')).digest).toBe(now)
    for (const reference of [lost, 'gone'])
      await expect(of(reference)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const found = await getArtifact(quiet.core, SYSTEM, { repository: 'team/unseen', reference: '1' })
    expect(found.digest).toBe(unseen)
  })

  test('a killed node loses nothing that it accepted and counts nothing twice', async () => {
    const digest = await pushDirectly(quiet, 'team/killed', '1', 'killed')
    const target = { repository: 'team/killed', digest, tag: '1' }
    const pulls = Array.from({ length: 900 }, () => eventOf('pull', target))
    // Stored and not begun: the registry is away.
    await quiet.registry.kill()
    const first = await startGatewayProcess(quiet)
    const away = await tell({ core: quiet.core, url: first.url }, [eventOf('push', target), ...pulls])
    expect(away.status).toBe(202)
    process.kill(first.pid, 'SIGKILL')
    await first.exited
    expect(await inboxCounts(quiet, 'team/killed')).toEqual({ open: 901, done: 0 })

    // In the middle of the work: killed as soon as some of it is done.
    await quiet.registry.restart()
    const second = await startGatewayProcess(quiet)
    await vi.waitFor(async () => expect((await inboxCounts(quiet, 'team/killed')).done).toBeGreaterThan(0), {
      timeout: 60_000,
      interval: 5,
    })
    process.kill(second.pid, 'SIGKILL')
    await second.exited

    const third = await startGatewayProcess(quiet)
    try {
      await vi.waitFor(async () => expect((await inboxCounts(quiet, 'team/killed')).open).toBe(0), eventually)
    } finally {
      await third.stop()
    }
    const found = await getArtifact(quiet.core, SYSTEM, { repository: 'team/killed', reference: '1' })
    expect(found).toMatchObject({ digest, pullCount: 900 })
  }, 240_000)
})
