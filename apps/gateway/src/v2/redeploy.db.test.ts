import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SYSTEM } from '@berth/core'
import { updateConfigurations } from '@berth/core/configurations'
import { dispatchEvents } from '@berth/core/events'
import { createTag, deleteTag } from '@berth/core/tags'
import {
  createWebhookPolicy,
  deliverWebhooksNow,
  listWebhookDeliveries,
  redeliverWebhook,
  rotateWebhookSecret,
  webhookSubscriber,
} from '@berth/core/webhooks'
import { digestOf } from '@berth/registry-client'
import { quietPort } from '@berth/servers'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startBerth, type TestBerth } from '../../test/berth.ts'
import { ociManifest, TestClient } from '../../test/client.ts'

// The example of examples/redeploy, as its README tells to use it.

let berth: TestBerth
let dev: TestClient
let folder: string
let receiver: ChildProcess | undefined
let policyId: number
let secret: string
let port: number
const project = { name: 'shop' }
const everything = { filters: [], sort: [], page: 1, pageSize: 0 }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-redeploy-'))
  // What is deployed: one line per run.
  await writeFile(
    join(folder, 'deploy.mjs'),
    "import fs from 'node:fs'\nconst { IMAGE, TAG, WEBHOOK_SECRET } = process.env\n" +
      "fs.appendFileSync(process.argv[2], [IMAGE, TAG, WEBHOOK_SECRET].join(' ') + '\\n')\n",
  )
  port = await quietPort()
  berth = await startBerth()
  await berth.addUser('dev')
  await berth.addProject('shop', { members: { dev: 'developer' } })
  dev = new TestClient(berth, 'dev')
  await updateConfigurations(berth.core, SYSTEM, { outbound_allowed_hosts: '127.0.0.1' })
})
afterAll(async () => {
  receiver?.kill()
  await berth.close()
  await rm(folder, { recursive: true })
})

async function startReceiver(): Promise<void> {
  const script = join(import.meta.dirname, '../../../../examples/redeploy/receiver.mjs')
  const command = [process.execPath, join(folder, 'deploy.mjs'), join(folder, 'deployed')]
  const options = [
    '--repository',
    'shop/web',
    '--listen',
    `127.0.0.1:${port}`,
    '--state',
    join(folder, 'state.json'),
  ]
  const child = spawn(process.execPath, [script, ...options, '--', ...command], {
    env: { PATH: process.env.PATH, WEBHOOK_SECRET: secret },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  receiver = child
  let output = ''
  child.stdout!.on('data', (chunk) => {
    output += chunk
  })
  await vi.waitFor(() => expect(output).toContain('listening'), 20_000)
}

async function killReceiver(): Promise<void> {
  const ended = once(receiver!, 'exit')
  receiver!.kill('SIGKILL')
  await ended
}

/** Gives the digest. */
async function push(repository: string, tag: string, seed: string): Promise<string> {
  const config = Buffer.from(JSON.stringify({ seed }))
  await dev.pushBlob(repository, config)
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: ociManifest,
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: digestOf(config),
      size: config.length,
    },
    layers: [],
  })
  const answer = await dev.pushManifest(repository, tag, manifest)
  expect(answer.status).toBe(201)
  return digestOf(Buffer.from(manifest))
}

/** What the jobs do every second. */
async function tell(): Promise<void> {
  await dispatchEvents(berth.core, [webhookSubscriber])
  await deliverWebhooksNow(berth.core)
}
const deployed = async (): Promise<string[]> =>
  (await readFile(join(folder, 'deployed'), 'utf8').catch(() => '')).split('\n').filter((line) => line !== '')
const untilDeployed = (times: number) =>
  vi.waitFor(async () => expect(await deployed()).toHaveLength(times), 20_000)
const deliveries = async () =>
  (await listWebhookDeliveries(berth.core, SYSTEM, project, policyId, everything)).items

test('a service is redeployed once per move of its tag, however often that is told', async () => {
  policyId = await createWebhookPolicy(berth.core, SYSTEM, project, {
    name: 'redeploy',
    eventTypes: ['PUSH_ARTIFACT'],
    repositoryFilter: 'web',
    tagFilter: 'latest',
    targets: [{ type: 'http', address: `http://127.0.0.1:${port}/` }],
  })
  ;({ secret } = await rotateWebhookSecret(berth.core, SYSTEM, project, policyId))
  await startReceiver()

  const one = await push('shop/web', 'latest', 'one')
  await push('shop/web', 'v1', 'other tag')
  await push('shop/api', 'latest', 'other repository')
  await tell()
  await untilDeployed(1)
  const host = berth.core.settings.externalUrl.replace(/^https?:\/\//, '')
  expect(await deployed()).toEqual([`${host}/shop/web@${one} latest `])

  // Told again under the same id, and pushed again without a change.
  const [first] = await deliveries()
  await redeliverWebhook(berth.core, SYSTEM, project, policyId, first!.id)
  await push('shop/web', 'latest', 'one')
  await tell()
  expect((await deliveries()).map(({ status, answer }) => [status, answer!.status])).toEqual([
    ['delivered', 202],
    ['delivered', 202],
  ])

  // A move while the receiver is away is told once it is back, and an old one that comes late changes nothing.
  await killReceiver()
  const two = await push('shop/web', 'latest', 'two')
  await tell()
  await startReceiver()
  const waiting = (await deliveries()).find(({ status }) => status === 'waiting')!
  await berth.core.db.prisma.webhookDelivery.updateMany({
    where: { id: waiting.id },
    data: { dueAt: new Date(0) },
  })
  await tell()
  await untilDeployed(2)
  expect((await deployed())[1]).toContain(two)
  await redeliverWebhook(berth.core, SYSTEM, project, policyId, first!.id)
  await tell()

  // Without the secret nobody moves anything.
  const forged = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: {
      'berth-webhook-id': 'x',
      'berth-signature': `t=${Math.floor(Date.now() / 1_000)},v1=${'0'.repeat(64)}`,
    },
    body: JSON.stringify({ type: 'PUSH_ARTIFACT' }),
  })
  expect(forged.status).toBe(401)
  const three = await push('shop/web', 'latest', 'three')
  await tell()
  await untilDeployed(3)
  expect((await deployed())[2]).toContain(three)

  // Put back to what it was, through the API: the tag moves as by a push.
  const repository = 'shop/web'
  await deleteTag(berth.core, SYSTEM, { repository, reference: three, name: 'latest' })
  await createTag(berth.core, SYSTEM, { repository, reference: two, name: 'latest' })
  await tell()
  await untilDeployed(4)
  expect((await deployed())[3]).toContain(two)
})
