import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import {
  administrator,
  healthy,
  peakResidentBytes,
  pidOf,
  type RunningBerth,
  residentBytes,
  startBerth,
  until,
  writtenBytes,
} from '@berth/testing/berth'
import { apiClient } from './parts/api-client.ts'
import { openFarRegistry } from './parts/far-registry.ts'
import { expect, test } from './parts/journey.ts'
import { mediaTypes, OciLayout } from './parts/oci-layout.ts'
import { addPolicy, addRegistry, endOfRun, startRun } from './parts/replicating.ts'
import { Skopeo } from './parts/skopeo.ts'
import { buildSmallImage } from './parts/small-image.ts'

const MiB = 1024 * 1024

/** A layout whose only layer is a file of `sizeBytes`, written in pieces and never held in memory. */
async function bigLayout(folder: string, sizeBytes: number) {
  const layout = new OciLayout(folder)
  const blobs = join(folder, 'blobs/sha256')
  await mkdir(blobs, { recursive: true })
  const part = join(blobs, 'part')
  const file = await open(part, 'w')
  const hash = createHash('sha256')
  const piece = Buffer.alloc(MiB)
  for (let index = 0; index < sizeBytes / MiB; index++) {
    piece.fill(index % 251)
    piece.writeUInt32BE(index)
    hash.update(piece)
    await file.write(piece)
  }
  await file.close()
  const digest = `sha256:${hash.digest('hex')}`
  await rename(part, join(blobs, digest.slice(7)))
  const config = await layout.put(mediaTypes.empty, {})
  const manifest = await layout.putManifest(
    config,
    [{ mediaType: 'application/octet-stream', digest, size: sizeBytes }],
    { artifactType: 'application/vnd.example.big' },
  )
  await layout.finish({ big: manifest })
  return { digest, manifest }
}

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk)
  return `sha256:${hash.digest('hex')}`
}

test(
  'a layer of 1 GiB passes both ways while the gateway grows by less than 64 MiB',
  { tag: '@once' },
  async ({ journey }, info) => {
    const { berth } = journey
    const team = await journey.createTeam()
    const skopeo = new Skopeo(berth.url, team.developer)
    const { digest } = await bigLayout(info.outputPath('big'), 1024 * MiB)
    const gateway = await pidOf(berth.dataDir, 'gateway')
    // What every process allocates once (code, pools) is not growth by the layer: a small image goes first.
    await skopeo.push(`${journey.image.layout.folder}:latest`, `${team.project}/warm:1`)
    await skopeo.inspectRaw(`${team.project}/warm:1`)
    const before = await residentBytes(gateway)
    const peak = await peakResidentBytes(gateway, async () => {
      const push = await skopeo.push(`${info.outputPath('big')}:big`, `${team.project}/big:1`)
      expect(push, push.stderr).toMatchObject({ code: 0 })
      const pull = await skopeo.pull(`${team.project}/big:1`, info.outputPath('back'))
      expect(pull, pull.stderr).toMatchObject({ code: 0 })
    })
    expect(await sha256OfFile(info.outputPath(`back/blobs/sha256/${digest.slice(7)}`))).toBe(digest)
    expect((peak - before) / MiB).toBeLessThan(64)
  },
)

test(
  'the registry is killed in the middle of a push: skopeo says why, the retry succeeds, nothing is lost or doubled',
  { tag: '@once' },
  async ({ journey }, info) => {
    const { berth } = journey
    const team = await journey.createTeam()
    const repository = `${team.project}/app`
    const skopeo = new Skopeo(berth.url, team.developer)
    const { digest, manifest } = await bigLayout(info.outputPath('big'), 256 * MiB)
    const push = () => skopeo.push(`${info.outputPath('big')}:big`, `${repository}:1`)

    const registry = await pidOf(berth.dataDir, 'registry')
    const before = await writtenBytes(registry)
    const pushing = push()
    await until(
      'part of the layer is written',
      async () => (await writtenBytes(registry)) > before + 64 * MiB,
    )
    process.kill(registry, 'SIGKILL')
    const broken = await pushing
    expect(broken.code).not.toBe(0)
    expect(broken.stderr).toMatch(/received unexpected HTTP status: 503 Service Unavailable/)
    await until('the registry is back', async () => {
      return (await pidOf(berth.dataDir, 'registry')) !== registry && (await healthy(berth.url))
    })
    const list = () =>
      journey.api(team.developer).call('listRepositories', { path: { project_name: team.project } })
    expect((await list()).data).toEqual([])

    for (const _ of ['retried', 'pushed again']) {
      const outcome = await push()
      expect(outcome, outcome.stderr).toMatchObject({ code: 0 })
    }
    const { data, total } = await journey.api(team.developer).call('listArtifacts', {
      path: { project_name: team.project, repository_name: 'app' },
    })
    expect(total).toBe(1)
    expect(data[0]).toMatchObject({ digest: manifest.digest, tags: [{ name: '1' }] })
    const pull = await skopeo.pull(`${repository}:1`, info.outputPath('back'))
    expect(pull, pull.stderr).toMatchObject({ code: 0 })
    expect(await sha256OfFile(info.outputPath(`back/blobs/sha256/${digest.slice(7)}`))).toBe(digest)
  },
)

/** Of a layer of three parts, as replications send it. */
const LAYER_BYTES = 30 * MiB
const PART_BYTES = 10 * MiB

test(
  'after a stop and after kill -9 of every part the next start works, nothing is lost, and a replication goes on',
  { tag: '@once' },
  async ({ journey }, info) => {
    test.setTimeout(240_000)
    // A Berth of its own: the others' journeys go on beside it.
    const dataDir = info.outputPath('data')
    await mkdir(dataDir, { recursive: true })
    const environment = { BERTH_ADMIN_PASSWORD: administrator.password }
    const layout = `${journey.image.layout.folder}:latest`
    const far = await openFarRegistry()
    const small = await Promise.all([1, 2, 3, 4].map(() => buildSmallImage()))
    const big = await buildSmallImage(LAYER_BYTES)
    const digests = new Map<string, string>()
    let run = 0
    let running: RunningBerth | undefined
    try {
      running = await startBerth({ dataDir, environment })
      const client = apiClient(running.url, administrator)
      await client.call('createProject', { body: { project_name: 'kept' } })
      const skopeo = new Skopeo(running.url, administrator)
      const push = await skopeo.push(layout, 'kept/app:1')
      expect(push, push.stderr).toMatchObject({ code: 0 })
      for (const [name, image] of Object.entries({
        a: small[0]!,
        b: small[1]!,
        m: big,
        y: small[2]!,
        z: small[3]!,
      })) {
        const pushed = await skopeo.push(image.layout, `kept/${name}:1`)
        expect(pushed, pushed.stderr).toMatchObject({ code: 0 })
        digests.set(name, image.digest)
      }
      // One after the other: whatever their order, some blobs are there and others are not while the large layer is on its way.
      const id = await addRegistry(client, { name: 'far', url: far.url, max_transfers: 1 })
      const policy = await addPolicy(client, 'kept/?', { name: 'to far', dest_registry: { id } })
      far.pace = 4 * MiB
      run = await startRun(client, policy)
      await until(
        'the second part is on its way',
        async () => far.takenBytes() > PART_BYTES + MiB && far.uploads.size > 0,
      )
      await running.stop()
      expect(far.uploads.size).toBeLessThan(2 * digests.size)

      running = await startBerth({ dataDir, environment })
      const takenBefore = far.takenBytes()
      await until('it goes on', async () => far.takenBytes() > takenBefore + MiB)
      // All at the same moment: nobody is left to end the others in good order, or to start them again.
      const parts = ['postgres', 'registry', 'gateway', 'jobs', 'web', 'supervisor']
      const pids = await Promise.all(parts.map((part) => pidOf(dataDir, part)))
      for (const pid of pids) process.kill(pid, 'SIGKILL')
      await until('all are gone', async () => pids.every((pid) => !existsSync(`/proc/${pid}/exe`)))
      await running.stop()

      far.pace = Number.POSITIVE_INFINITY
      running = await startBerth({ dataDir, environment })
      await expectAllKept(running, layout, journey.image)
      await expectSignInsToSurvive(running)
      const ended = await endOfRun(apiClient(running.url, administrator), run)
      expect(ended).toMatchObject({ status: 'Succeed', succeed: digests.size, failed: 0 })
      for (const [name, digest] of digests) {
        const held = await fetch(`${far.directUrl}/v2/kept/${name}/manifests/1`, {
          headers: { accept: mediaTypes.manifest },
        })
        expect(held.headers.get('docker-content-digest')).toBe(digest)
      }
      // A layer and a configuration each; nothing that was through was sent again.
      expect([...far.uploads.values()]).toEqual(Array.from({ length: 2 * digests.size }, () => 1))
    } finally {
      await running?.stop()
      await far.close()
      await Promise.all([...small, big].map((image) => image.remove()))
    }
  },
)

async function expectAllKept(
  { url }: RunningBerth,
  layout: string,
  { platforms, index }: { platforms: { digest: string }[]; index: { digest: string } },
): Promise<void> {
  const skopeo = new Skopeo(url, administrator)
  const raw = await skopeo.inspectRaw('kept/app:1')
  expect(raw.stdout, raw.stderr).toContain(platforms[0]!.digest)
  const push = await skopeo.push(layout, 'kept/app:2')
  expect(push, push.stderr).toMatchObject({ code: 0 })
  const { data } = await apiClient(url, administrator).call('listArtifacts', {
    path: { project_name: 'kept', repository_name: 'app' },
  })
  expect(data).toMatchObject([{ digest: index.digest, tags: [{}, {}] }])
}

const SIGN_INS = 16
const CONSOLE_KILLED_AT = [5, 11]

/** The console's own changes are sign-ins: its process is killed in the middle of them, and each is accounted for. */
async function expectSignInsToSurvive({ url, dataDir }: RunningBerth): Promise<void> {
  const client = apiClient(url, administrator)
  const countLines = async () =>
    (await client.call('listAuditLogExts', { query: { q: 'operation=login,username=admin', page_size: 1 } }))
      .total!
  const before = await countLines()
  let tried = 0
  const cookies: string[] = []
  await Promise.all(
    [1, 2, 3, 4].map(async () => {
      while (cookies.length < SIGN_INS) {
        if (CONSOLE_KILLED_AT.includes(++tried))
          void pidOf(dataDir, 'web').then((pid) => process.kill(pid, 'SIGKILL'))
        // Refused while nobody listens, or cut off: tried again, as people do.
        cookies.push(await until('somebody is signed in', () => signIn(url)))
      }
    }),
  )
  for (const cookie of cookies) {
    const answer = await fetch(`${url}/api/v2.0/users/current`, { headers: { cookie } })
    expect(answer.status).toBe(200)
  }
  // One that was cut off may have been written; none that was answered may be missing.
  await until('each has its line', async () => (await countLines()) - before >= cookies.length)
}

/** The session's cookie, as the console's form gets it; undefined when there was no answer that says so. */
async function signIn(url: string): Promise<string | undefined> {
  const asked = await fetch(`${url}/api/auth/csrf`)
  const { csrfToken } = (await asked.json()) as { csrfToken: string }
  const cookiesOf = (answer: Response) =>
    answer.headers.getSetCookie().map((cookie) => cookie.slice(0, cookie.indexOf(';')))
  const answer = await fetch(`${url}/api/auth/callback/credentials`, {
    method: 'POST',
    headers: { cookie: cookiesOf(asked).join('; ') },
    body: new URLSearchParams({ ...administrator, code: '', csrfToken, json: 'true' }),
    redirect: 'manual',
  })
  return cookiesOf(answer).find((cookie) => cookie.includes('sid='))
}
