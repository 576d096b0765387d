import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import {
  administrator,
  healthy,
  peakResidentBytes,
  pidOf,
  residentBytes,
  startBerth,
  until,
} from '@berth/testing/berth'
import { expect, test } from './parts/journey.ts'
import { mediaTypes, OciLayout } from './parts/oci-layout.ts'
import { type Credentials, Skopeo } from './parts/skopeo.ts'

const MiB = 1024 * 1024

async function tokenFor(url: string, person: Credentials, scope: string): Promise<string> {
  const basic = Buffer.from(`${person.username}:${person.password}`).toString('base64')
  const response = await fetch(
    `${url}/service/token?service=berth-registry&scope=${encodeURIComponent(scope)}`,
    {
      headers: { authorization: `Basic ${basic}` },
    },
  )
  expect(response.status).toBe(200)
  return ((await response.json()) as { token: string }).token
}

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

test('a layer of 1 GiB passes both ways while the gateway grows by less than 64 MiB', async ({
  journey,
}, info) => {
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
})

test('the registry is killed in the middle of a push: a clear error, then the retry succeeds, nothing lost or doubled', async ({
  journey,
}) => {
  const { berth, image } = journey
  const team = await journey.createTeam()
  const repository = `${team.project}/app`
  const token = await tokenFor(berth.url, team.developer, `repository:${repository}:pull,push`)
  const headers = { authorization: `Bearer ${token}` }
  const start = await fetch(`${berth.url}/v2/${repository}/blobs/uploads/`, { method: 'POST', headers })
  expect(start.status).toBe(202)
  const location = new URL(start.headers.get('location')!, berth.url)

  const registry = await pidOf(berth.dataDir, 'registry')
  let sent = 0
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      controller.enqueue(new Uint8Array(MiB))
      sent += 1
      if (sent === 8) process.kill(registry, 'SIGKILL')
      if (sent === 64) controller.close()
    },
  })
  const outcome = await fetch(location, {
    method: 'PATCH',
    headers: { ...headers, 'content-type': 'application/octet-stream' },
    body,
    duplex: 'half',
  } as RequestInit).then(
    async (response) => ({ status: response.status, text: await response.text() }),
    (error: Error) => ({ status: 0, text: String(error.cause ?? error) }),
  )
  // Either an answer in the registry's own error form, or (when half the body is on its way) a closed connection.
  if (outcome.status !== 0) {
    expect(outcome.status).toBeGreaterThanOrEqual(500)
    expect(JSON.parse(outcome.text).errors[0].code).toBe('UNAVAILABLE')
  } else expect(outcome.text).toMatch(/closed|reset|EPIPE|terminated|socket/i)

  await until('the registry is back', async () => {
    return (await pidOf(berth.dataDir, 'registry')) !== registry && (await healthy(berth.url))
  })
  const skopeo = new Skopeo(berth.url, team.developer)
  const push = await skopeo.push(`${image.layout.folder}:latest`, `${repository}:1`)
  expect(push, push.stderr).toMatchObject({ code: 0 })
  const again = await skopeo.push(`${image.layout.folder}:latest`, `${repository}:1`)
  expect(again, again.stderr).toMatchObject({ code: 0 })
  const { data, total } = await journey.api(team.developer).call('listArtifacts', {
    path: { project_name: team.project, repository_name: 'app' },
  })
  expect(total).toBe(1)
  expect(data[0]).toMatchObject({ digest: image.index.digest, tags: [{ name: '1' }] })
})

test('after kill -9 of every part the next start works and nothing is lost', async ({ journey }, info) => {
  // A Berth of its own: the others' journeys go on beside it.
  const dataDir = info.outputPath('data')
  await mkdir(dataDir, { recursive: true })
  const environment = { BERTH_ADMIN_PASSWORD: administrator.password }
  const first = await startBerth({ dataDir, environment })
  const parts = ['registry', 'gateway', 'jobs', 'web']
  const admin: Credentials = administrator
  try {
    const { apiClient } = await import('./parts/api-client.ts')
    await apiClient(first.url, admin).call('createProject', { body: { project_name: 'kept' } })
    const push = await new Skopeo(first.url, admin).push(
      `${journey.image.layout.folder}:latest`,
      'kept/app:1',
    )
    expect(push, push.stderr).toMatchObject({ code: 0 })
  } finally {
    const pids = await Promise.all(parts.map((part) => pidOf(dataDir, part)))
    const postgres = await pidOf(dataDir, 'supervisor').catch(() => undefined)
    for (const pid of [postgres, ...pids]) if (pid) process.kill(pid, 'SIGKILL')
    await first.stop().catch(() => {})
  }
  const second = await startBerth({ dataDir, environment })
  try {
    const raw = await new Skopeo(second.url, admin).inspectRaw('kept/app:1')
    expect(raw.stdout, raw.stderr).toContain(journey.image.platforms[0]!.digest)
  } finally {
    await second.stop()
  }
})
