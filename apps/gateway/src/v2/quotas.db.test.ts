import { randomBytes } from 'node:crypto'
import { type Core, createCore, SYSTEM } from '@berth/core'
import { listQuotas, updateQuota } from '@berth/core/quotas'
import { digestOf } from '@berth/registry-client'
import { quietPort } from '@berth/servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBerth, type TestBerth } from '../../test/berth.ts'
import { ociManifest, TestClient } from '../../test/client.ts'
import { type RunningGateway, startGateway } from '../server.ts'

let berth: TestBerth
let dev: TestClient
let root: TestClient
// A second node on the same database, before the same registry.
let core: Core
let gateway: RunningGateway
let dev2: TestClient

beforeAll(async () => {
  berth = await startBerth()
  for (const name of ['dev', 'root', 'keeper']) await berth.addUser(name)
  for (const name of ['crowd', 'small', 'source', 'liar', 'nearly', 'chunks'])
    await berth.addProject(name, { members: { dev: 'developer', keeper: 'maintainer' } })
  dev = new TestClient(berth, 'dev')
  root = new TestClient(berth, 'root')
  core = createCore({ ...berth.core.settings })
  const port = await quietPort()
  gateway = await startGateway({
    core,
    port,
    host: '127.0.0.1',
    api: (_, res) => void res.end(),
    log: () => {},
  })
  dev2 = new TestClient({ ...berth, url: `http://127.0.0.1:${port}` }, 'dev')
})
afterAll(async () => {
  await gateway.close(0)
  await core.close()
  await berth.close()
})

const push = (project: string) => [`repository:${project}/app:pull,push`]
const quotaOf = async (project: string) => {
  const query = { filters: [], sort: [], page: 1, pageSize: 0 }
  return (await listQuotas(berth.core, SYSTEM, { query })).items.find(
    (quota) => quota.projectName === project,
  )!
}
const limit = async (project: string, limitBytes: number) =>
  updateQuota(berth.core, SYSTEM, (await quotaOf(project)).id, { storage: limitBytes })

const descriptor = (mediaType: string, bytes: Buffer, size = bytes.length) => ({
  mediaType,
  digest: digestOf(bytes),
  size,
})
/** A manifest of always the same size over a config of its own and these layers. */
const manifestOf = (config: Buffer, layers: Buffer[], claimedBytes?: number) =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: ociManifest,
    config: descriptor('application/vnd.oci.image.config.v1+json', config),
    layers: layers.map((layer) => descriptor('application/vnd.oci.image.layer.v1.tar', layer, claimedBytes)),
  })
const refusal = async (answer: Response) => {
  const { errors } = (await answer.json()) as { errors: { code: string; message: string }[] }
  return [answer.status, errors[0]!.code, errors[0]!.message] as const
}
const refused = [403, 'DENIED', expect.stringContaining('exceed the configured upper limit')]

test('of 50 pushes at once on two nodes exactly as many succeed as fit, with the shared layer counted once', async () => {
  const shared = Buffer.alloc(20_000, 's')
  const pushes = Array.from({ length: 50 }, (_, n) => {
    const config = Buffer.from(JSON.stringify({ n: String(n).padStart(4, '0') }))
    return { repository: `crowd/app${n % 5}`, config, manifest: manifestOf(config, [shared]) }
  })
  for (let n = 0; n < 5; n++) await dev.pushBlob(`crowd/app${n}`, shared)
  await Promise.all(pushes.map(({ repository, config }) => dev.pushBlob(repository, config)))
  const eachBytes = pushes[0]!.config.length + pushes[0]!.manifest.length
  // Room for the shared layer and 17 images, and for all but one byte of another.
  await limit('crowd', shared.length + 18 * eachBytes - 1)

  const answers = await Promise.all(
    pushes.map(({ repository, manifest }, n) =>
      (n % 2 ? dev : dev2).pushManifest(repository, `v${n}`, manifest),
    ),
  )
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(17)
  for (const answer of answers) if (answer.status !== 201) expect(await refusal(answer)).toEqual(refused)
  expect((await quotaOf('crowd')).usedBytes).toBe(shared.length + 17 * eachBytes)

  const accepted = pushes
    .filter((_, n) => answers[n]!.status === 201)
    .map(({ manifest }) => digestOf(manifest))
  const { prisma } = berth.database.db
  const indexed = await prisma.artifact.findMany({ where: { repository: { project: { name: 'crowd' } } } })
  expect(indexed.map(({ digest }) => digest).sort()).toEqual(accepted.sort())
  expect(await prisma.tag.count({ where: { repository: { project: { name: 'crowd' } } } })).toBe(17)
  const late = pushes.findIndex((_, n) => answers[n]!.status !== 201)
  const path = `/v2/${pushes[late]!.repository}/manifests/v${late}`
  const inRegistry = await fetch(`${berth.registry.url}${path}`, {
    headers: { authorization: `Bearer ${await dev.token(`repository:${pushes[late]!.repository}:pull`)}` },
  })
  expect(inRegistry.status).toBe(404)
  expect((await dev.pushManifest(pushes[late]!.repository, 'x', pushes[late]!.manifest)).status).toBe(403)
})

test('bytes that cannot fit are refused before they come; a full project refuses the start; all alike', async () => {
  const held = Buffer.from('h'.repeat(500))
  const config = Buffer.from('{}')
  for (const blob of [held, config]) await dev.pushBlob('small/app', blob)
  const manifest = manifestOf(config, [held])
  expect((await dev.pushManifest('small/app', 'v1', manifest)).status).toBe(201)
  await limit('small', 2_000)

  for (const client of [dev, root]) {
    const start = await client.send('POST', '/v2/small/app/blobs/uploads/', push('small'))
    const session = start.headers.get('location')!
    const body = new Uint8Array(3_000)
    expect(await refusal(await client.send('PATCH', session, push('small'), { body }))).toEqual(refused)
    const whole = `/v2/small/app/blobs/uploads/?digest=${digestOf(body)}`
    expect(await refusal(await client.send('POST', whole, push('small'), { body }))).toEqual(refused)
    // Without a length it is the manifest that is refused.
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(body)
        controller.close()
      },
    })
    const sent = await client.send('PATCH', session, push('small'), { body: stream, duplex: 'half' })
    expect(sent.status).toBe(202)
    const end = new URL(sent.headers.get('location')!, berth.url)
    end.searchParams.set('digest', digestOf(body))
    expect((await client.send('PUT', end.href, push('small'))).status).toBe(201)
    const large = manifestOf(config, [Buffer.from(body)])
    expect(await refusal(await client.pushManifest('small/app', 'large', large))).toEqual(refused)
  }

  // A limit below what is used: what is there stays, may be pushed again and pulled, and nothing is added.
  await limit('small', 100)
  for (const client of [dev, root]) {
    expect(await refusal(await client.send('POST', '/v2/small/app/blobs/uploads/', push('small')))).toEqual(
      refused,
    )
    expect((await client.pushManifest('small/app', 'v2', manifest)).status).toBe(201)
    const other = manifestOf(config, [held, held])
    expect(await refusal(await client.pushManifest('small/app', 'v3', other))).toEqual(refused)
  }
  const pulled = await dev.send('GET', '/v2/small/app/manifests/v1', ['repository:small/app:pull'])
  expect(await pulled.text()).toBe(manifest)

  const keeper = new TestClient(berth, 'keeper')
  const path = `/v2/small/app/manifests/${digestOf(manifest)}`
  expect((await keeper.send('DELETE', path, ['repository:small/app:delete'])).status).toBe(202)
  expect((await quotaOf('small')).usedBytes).toBe(0)
})

test('chunks are refused from the first that does not fit after those before it', async () => {
  await limit('chunks', 10_000)
  const body = new Uint8Array(4_000)
  const start = await dev.send('POST', '/v2/chunks/app/blobs/uploads/', push('chunks'))
  let session = start.headers.get('location')!
  for (let chunk = 0; chunk < 2; chunk++) {
    const sent = await dev.send('PATCH', session, push('chunks'), { body })
    expect(sent.status).toBe(202)
    session = sent.headers.get('location')!
  }
  expect(await refusal(await dev.send('PATCH', session, push('chunks'), { body }))).toEqual(refused)
  const end = new URL(session, berth.url)
  end.searchParams.set('digest', digestOf(new Uint8Array(12_000)))
  expect(await refusal(await dev.send('PUT', end.href, push('chunks'), { body }))).toEqual(refused)
  end.searchParams.set('digest', digestOf(new Uint8Array(8_000)))
  expect((await dev.send('PUT', end.href, push('chunks'))).status).toBe(201)
})

test('a blob is mounted when the project holds it already or has room for it', async () => {
  const [held, lacking, config] = [Buffer.alloc(4_000, 'a'), Buffer.alloc(4_000, 'b'), Buffer.from('{"m":1}')]
  for (const blob of [held, lacking, config]) await dev.pushBlob('source/app', blob)
  await dev.pushManifest('source/app', 'v1', manifestOf(config, [held, lacking]))
  await limit('small', -1)
  for (const blob of [held, config]) await dev.pushBlob('small/app', blob)
  expect((await dev.pushManifest('small/app', 'm', manifestOf(config, [held]))).status).toBe(201)
  await limit('small', 5_000)
  const scopes = ['repository:small/other:pull,push', 'repository:source/app:pull']
  const mount = (blob: Buffer) =>
    dev.send('POST', `/v2/small/other/blobs/uploads/?mount=${digestOf(blob)}&from=source/app`, scopes)
  expect((await mount(held)).status).toBe(201)
  expect(await refusal(await mount(lacking))).toEqual(refused)
})

test('a layer that is larger than its manifest says is counted as it is', async () => {
  await limit('liar', 5_000)
  const layer = randomBytes(4_000)
  const config = Buffer.from('{"l":1}')
  for (const blob of [layer, config]) await dev.pushBlob('liar/app', blob)
  expect((await dev.pushManifest('liar/app', 'v1', manifestOf(config, [layer], 1))).status).toBe(201)
  expect((await quotaOf('liar')).usedBytes).toBeGreaterThan(4_000)
  await limit('liar', (await quotaOf('liar')).usedBytes + 3_000)
  const second = new ReadableStream({
    start(controller) {
      controller.enqueue(new Uint8Array(4_000).fill(7))
      controller.close()
    },
  })
  const start = await dev.send('POST', '/v2/liar/app/blobs/uploads/', push('liar'))
  const body = { body: second, duplex: 'half' as const }
  const sent = await dev.send('PATCH', start.headers.get('location')!, push('liar'), body)
  const end = new URL(sent.headers.get('location')!, berth.url)
  const bytes = Buffer.alloc(4_000, 7)
  end.searchParams.set('digest', digestOf(bytes))
  expect((await dev.send('PUT', end.href, push('liar'))).status).toBe(201)
  expect(await refusal(await dev.pushManifest('liar/app', 'v2', manifestOf(config, [bytes], 1)))).toEqual(
    refused,
  )
})

test('the log is told, once, when a project has come to 85 % of its limit', async () => {
  const told = () => berth.logged.filter((line) => line.includes('nearly full'))
  await limit('nearly', 1_000_000)
  await dev.pushImage('nearly/app', 'v1', 'one')
  await limit('nearly', Math.ceil(((await quotaOf('nearly')).usedBytes * 2) / 0.95))
  const before = told().length
  const { bytes } = await dev.pushImage('nearly/app', 'v2', 'two')
  await expect.poll(() => told().length).toBe(before + 1)
  expect((await dev.pushManifest('nearly/app', 'v3', bytes)).status).toBe(201)
  expect(told()).toHaveLength(before + 1)
  // Who follows it is told by events: of this, and of what had no room, once each within the hour.
  await limit('nearly', (await quotaOf('nearly')).usedBytes)
  await expect
    .poll(async () => (await dev.send('POST', '/v2/nearly/app/blobs/uploads/', push('nearly'))).status)
    .toBe(403)
  await dev.send('POST', '/v2/nearly/app/blobs/uploads/', push('nearly'))
  const events = await berth.database.db.prisma.event.findMany({
    where: { subject: 'nearly', type: { in: ['quota.warned', 'quota.exceeded'] } },
    orderBy: { id: 'asc' },
  })
  expect(events.map(({ type }) => type)).toEqual(['quota.warned', 'quota.exceeded'])
  expect(events[1]!.payload).toMatchObject({
    project: 'nearly',
    limitBytes: (await quotaOf('nearly')).usedBytes,
  })
})
