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
import { expect, test } from './parts/journey.ts'
import { mediaTypes, OciLayout } from './parts/oci-layout.ts'
import { Skopeo } from './parts/skopeo.ts'

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

test(
  'after kill -9 of every part the next start works and nothing is lost',
  { tag: '@once' },
  async ({ journey }, info) => {
    // A Berth of its own: the others' journeys go on beside it.
    const dataDir = info.outputPath('data')
    await mkdir(dataDir, { recursive: true })
    const environment = { BERTH_ADMIN_PASSWORD: administrator.password }
    const layout = `${journey.image.layout.folder}:latest`
    const first = await startBerth({ dataDir, environment })
    try {
      await apiClient(first.url, administrator).call('createProject', { body: { project_name: 'kept' } })
      const push = await new Skopeo(first.url, administrator).push(layout, 'kept/app:1')
      expect(push, push.stderr).toMatchObject({ code: 0 })
      // All at the same moment: nobody is left to end the others in good order, or to start them again.
      const parts = ['postgres', 'registry', 'gateway', 'jobs', 'web', 'supervisor']
      const pids = await Promise.all(parts.map((part) => pidOf(dataDir, part)))
      for (const pid of pids) process.kill(pid, 'SIGKILL')
      await until('all are gone', async () => pids.every((pid) => !existsSync(`/proc/${pid}/exe`)))
    } finally {
      await first.stop()
    }
    const second = await startBerth({ dataDir, environment })
    try {
      const skopeo = new Skopeo(second.url, administrator)
      const raw = await skopeo.inspectRaw('kept/app:1')
      expect(raw.stdout, raw.stderr).toContain(journey.image.platforms[0]!.digest)
      const push = await skopeo.push(layout, 'kept/app:2')
      expect(push, push.stderr).toMatchObject({ code: 0 })
      const { data } = await apiClient(second.url, administrator).call('listArtifacts', {
        path: { project_name: 'kept', repository_name: 'app' },
      })
      expect(data).toMatchObject([{ digest: journey.image.index.digest, tags: [{}, {}] }])
      await expectSignInsToSurvive(second)
    } finally {
      await second.stop()
    }
  },
)

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
