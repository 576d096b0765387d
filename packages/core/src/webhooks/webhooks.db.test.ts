import { createHmac } from 'node:crypto'
import { openShop, type Shop, type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { SYSTEM } from '../authorization/index.ts'
import { updateConfigurations } from '../configurations/index.ts'
import { type Core, createCore } from '../context/index.ts'
import { dispatchEvents, raise } from '../events/index.ts'
import { everything } from '../list-query/index.ts'
import { claimDelivery, readDue } from './deliveries/store.ts'
import {
  createWebhookPolicy,
  deliverWebhooks,
  deliverWebhooksNow,
  getWebhookPolicy,
  getWebhookTaskLog,
  listWebhookDeliveries,
  listWebhookExecutions,
  listWebhookTasks,
  type PolicyInput,
  projectsToldOfPulls,
  purgeWebhooks,
  redeliverDeadWebhooks,
  redeliverWebhook,
  rotateWebhookSecret,
  testWebhook,
  updateWebhookPolicy,
  webhookSubscriber,
} from './index.ts'
import { type Receiver, startReceiver } from './receiver.fixture.ts'

let database: TestDatabase
let shop: Shop
let core: Core
let receiver: Receiver
let offsetMs = 0
let projectId: number
let names = 0
const cores: Core[] = []

const open = (): Core => {
  const opened = createCore({ ...shop.core.settings, now: () => Date.now() + offsetMs })
  cores.push(opened)
  return opened
}

beforeAll(async () => {
  database = await testDatabase()
  shop = await openShop(database.url)
  core = open()
})
afterAll(async () => {
  await Promise.all(cores.map((each) => each.close()))
  await shop.close()
  await database.drop()
})
beforeEach(async () => {
  receiver = await startReceiver()
  await core.db.prisma.execution.deleteMany()
  await core.db.prisma.event.deleteMany()
  await core.db.prisma.project.deleteMany()
  ;({ id: projectId } = await core.db.prisma.project.create({ data: { name: `shop${++names}` } }))
  await configure({ outbound_allowed_hosts: '127.0.0.1', webhook_max_attempts: 3, webhook_disable_after: 0 })
})
afterEach(() => receiver.close())

async function configure(settings: Record<string, unknown>): Promise<void> {
  await updateConfigurations(core, SYSTEM, settings)
  for (const each of cores)
    for (const name of ['webhooks.limits', 'outbound.allowed']) each.cache(name, 0, 1).clear()
}

const project = () => `shop${names}`
const ref = () => ({ id: projectId })
const policyOf = (id: number) => getWebhookPolicy(core, SYSTEM, ref(), id)
const target = (address = receiver.url) => ({ type: 'http', address })
const create = (input: PolicyInput = {}): Promise<number> =>
  createWebhookPolicy(core, SYSTEM, ref(), {
    name: `hook ${Math.random()}`,
    eventTypes: ['PUSH_ARTIFACT'],
    targets: [target()],
    ...input,
  })

interface Told {
  type?: 'artifact.pushed' | 'artifact.pulled' | 'artifact.deleted' | 'quota.exceeded'
  repository?: string
  tag?: string | null
  payload?: Record<string, unknown>
}
const digest = 'sha256:'.padEnd(71, 'a')
const at = new Date('2026-11-21T12:00:00.000Z')

/** Puts events into the outbox and makes deliveries of them. */
async function happen(...told: Told[]): Promise<void> {
  await core.db.transaction((tx) =>
    raise(
      tx,
      ...told.map(({ type = 'artifact.pushed', repository = 'web', tag = 'v1', payload }) => ({
        at,
        type,
        projectId,
        subject: `${project()}/${repository}`,
        actorKind: 'user' as const,
        actorId: 1,
        actorName: 'ann',
        requestId: 'request-1',
        payload: payload ?? { repository: `${project()}/${repository}`, digest, tag, public: false },
      })),
    ),
  )
  const { failed } = (await dispatchEvents(core, [webhookSubscriber]))!
  expect(failed).toEqual([])
}

const send = () => deliverWebhooksNow(core)
const deliveries = async (id: number) =>
  (
    await listWebhookDeliveries(core, SYSTEM, ref(), id, {
      ...everything,
      sort: [{ field: 'id', descending: false }],
    })
  ).items
const statuses = async (id: number) => (await deliveries(id)).map(({ status }) => status)
const HOUR_MS = 3_600_000

describe('what arrives', () => {
  it('is what Harbor sends, with an id that stays the same, and an execution tells of it', async () => {
    const id = await create({
      targets: [{ ...target(), authHeader: 'Bearer abcdef', headers: { 'X-Team': 'web' } }],
    })
    await happen({ repository: 'deep/web' })
    await send()
    const [request, ...others] = receiver.requests
    expect(others).toEqual([])
    expect(JSON.parse(request!.body)).toEqual({
      type: 'PUSH_ARTIFACT',
      occur_at: at.getTime() / 1_000,
      operator: 'ann',
      event_data: {
        resources: [{ digest, tag: 'v1', resource_url: `localhost:8080/${project()}/deep/web:v1` }],
        repository: {
          name: 'deep/web',
          namespace: project(),
          repo_full_name: `${project()}/deep/web`,
          repo_type: 'private',
        },
      },
    })
    const [delivery] = await deliveries(id)
    expect(request!.headers).toMatchObject({
      'content-type': 'application/json',
      authorization: 'Bearer abcdef',
      'x-team': 'web',
      'berth-webhook-id': delivery!.uid,
      'berth-webhook-event': 'PUSH_ARTIFACT',
      'berth-webhook-attempt': '1',
    })
    expect(request!.headers).not.toHaveProperty('berth-signature')
    const [execution] = (await listWebhookExecutions(core, SYSTEM, ref(), id, everything)).items
    expect(execution).toMatchObject({
      status: 'Success',
      trigger: 'EVENT',
      vendorType: 'WEBHOOK',
      vendorId: id,
      extraAttrs: { event_type: 'PUSH_ARTIFACT', operator: 'ann', payload: request!.body },
    })
    const where = { policyId: id, executionId: execution!.id }
    const [task] = (await listWebhookTasks(core, SYSTEM, ref(), where, everything)).items
    expect(task).toMatchObject({ status: 'Success', runCount: 1 })
    const log = await getWebhookTaskLog(core, SYSTEM, ref(), { ...where, taskId: task!.id })
    expect(log).toMatch(/attempt 1: POST http:\/\/127\.0\.0\.1:\d+ answered 200 after \d+ ms\n$/)
    expect((await policyOf(id)).lastTriggers).toEqual({ PUSH_ARTIFACT: at.toISOString() })
  })

  it('is a CloudEvent or a message for Slack where that was chosen', async () => {
    const id = await create({
      targets: [
        { ...target(), payloadFormat: 'CloudEvents' },
        { type: 'slack', address: receiver.url },
      ],
      eventTypes: ['DELETE_ARTIFACT'],
    })
    await happen({ type: 'artifact.deleted', tag: null })
    await send()
    const cloud = receiver.requests.find(({ headers }) => headers['content-type']?.includes('cloudevents'))!
    const uid = cloud.headers['berth-webhook-id']
    expect(cloud.headers['content-type']).toBe('application/cloudevents+json')
    expect(JSON.parse(cloud.body)).toEqual({
      specversion: '1.0',
      id: uid,
      requestid: 'request-1',
      source: `/projects/${projectId}/webhook/policies/${id}`,
      type: 'harbor.artifact.deleted',
      datacontenttype: 'application/json',
      time: '2026-11-21T12:00:00Z',
      operator: 'ann',
      data: {
        resources: [{ digest, tag: digest, resource_url: `localhost:8080/${project()}/web@${digest}` }],
        repository: expect.objectContaining({ repo_full_name: `${project()}/web` }),
      },
    })
    const slack = JSON.parse(receiver.requests.find((request) => request !== cloud)!.body)
    expect(slack.blocks.map(({ text }: { text: { text: string } }) => text.text).join('\n')).toContain(
      '*event_type:* DELETE_ARTIFACT',
    )
  })

  it('is only what the webhook asks for', async () => {
    const filtered = await create({ repositoryFilter: 'web/**', tagFilter: 'v*' })
    const disabled = await create({ enabled: false })
    const pulls = await create({ eventTypes: ['PULL_ARTIFACT', 'QUOTA_EXCEED'], tagFilter: 'v*' })
    await happen(
      { repository: 'web/a', tag: 'v1' },
      { repository: 'web/a', tag: 'latest' },
      { repository: 'web/a', tag: null },
      { repository: 'api', tag: 'v1' },
      { type: 'artifact.pulled', repository: 'api', tag: 'v2' },
      { type: 'quota.exceeded', payload: { project: project(), details: 'too much' } },
    )
    expect(await statuses(filtered)).toEqual(['waiting'])
    expect(await statuses(disabled)).toEqual([])
    const told = await deliveries(pulls)
    expect(told.map(({ eventType }) => eventType)).toEqual(['PULL_ARTIFACT', 'QUOTA_EXCEED'])
    expect(await projectsToldOfPulls(core)).toEqual(new Set([projectId]))
  })
})

it('deliveries are signed, and for a while with the former secret too', async () => {
  const id = await create()
  const verify = (secret: string) => {
    const { headers, body } = receiver.requests.at(-1)!
    const parts = String(headers['berth-signature']).split(',')
    const time = parts[0]!.slice(2)
    const expected = createHmac('sha256', secret)
      .update(`${time}.${headers['berth-webhook-id']}.${body}`)
      .digest('hex')
    return { count: parts.length - 1, good: parts.includes(`v1=${expected}`) }
  }
  const first = await rotateWebhookSecret(core, SYSTEM, ref(), id)
  expect(first.previousValidUntil).toBeNull()
  await happen({})
  await send()
  expect(verify(first.secret)).toEqual({ count: 1, good: true })
  const second = await rotateWebhookSecret(core, SYSTEM, ref(), id, 1)
  await happen({})
  await send()
  expect(verify(first.secret)).toEqual({ count: 2, good: true })
  expect(verify(second.secret)).toEqual({ count: 2, good: true })
  offsetMs += HOUR_MS + 1_000
  await happen({})
  await send()
  expect(verify(first.secret)).toEqual({ count: 1, good: false })
  expect(verify(second.secret)).toEqual({ count: 1, good: true })
  expect(JSON.stringify(await policyOf(id))).not.toContain(second.secret)
})

describe('what fails', () => {
  it('is tried again later, in its time, and what the target said is kept without secrets', async () => {
    const id = await create({ targets: [{ ...target(), authHeader: 'Bearer hunter2hunter2' }] })
    receiver.answer = ({ headers }) => ({
      status: 503,
      headers: { 'retry-after': '600', 'set-cookie': 'a=b', 'x-echo': String(headers.authorization) },
      body: `down, hunter2hunter2 ${'x'.repeat(20_000)}`,
    })
    await happen({})
    await send()
    const [delivery] = await deliveries(id)
    expect(delivery).toMatchObject({
      status: 'waiting',
      attempts: 1,
      answer: { status: 503, error: 'the target answered 503' },
    })
    expect(delivery!.answer!.headers).toMatchObject({ 'set-cookie': '***', 'x-echo': '***' })
    expect(delivery!.answer!.body).toMatch(/^down, \*\*\* x+$/)
    expect(delivery!.answer!.body.length).toBe(4_096)
    expect(delivery!.dueAt!.getTime()).toBeGreaterThan(Date.now() + offsetMs + 590_000)
    await send()
    expect(receiver.requests).toHaveLength(1)
    receiver.answer = () => ({ status: 204 })
    offsetMs += 601_000
    await send()
    expect(await statuses(id)).toEqual(['delivered'])
    expect(receiver.requests.map(({ headers }) => headers['berth-webhook-id'])).toEqual([
      delivery!.uid,
      delivery!.uid,
    ])
    expect(receiver.requests[1]!.headers['berth-webhook-attempt']).toBe('2')
    expect(receiver.requests[1]!.body).toBe(receiver.requests[0]!.body)
  })

  it('holds up what comes after it of the same repository, and nothing else', async () => {
    const id = await create()
    receiver.answer = ({ body }) => ({ status: body.includes('/bad:') ? 500 : 200 })
    await happen(
      { repository: 'bad', tag: '1' },
      { repository: 'bad', tag: '2' },
      { repository: 'good', tag: '3' },
    )
    await send()
    await happen({ repository: 'bad', tag: '4' })
    await send()
    expect(await statuses(id)).toEqual(['waiting', 'blocked', 'delivered', 'blocked'])
    receiver.answer = () => ({ status: 200 })
    offsetMs += HOUR_MS
    await send()
    expect(await statuses(id)).toEqual(['delivered', 'delivered', 'delivered', 'delivered'])
    const tags = receiver.requests.map(({ body }) => JSON.parse(body).event_data.resources[0].tag)
    expect(tags.filter((tag) => tag !== '3')).toEqual(['1', '1', '2', '4'])
  })

  it('is given up after the last attempt, lets the next go, and can be delivered again', async () => {
    const id = await create()
    receiver.answer = () => ({ status: 500 })
    await happen({ tag: '1' }, { tag: '2' }, { repository: 'api', tag: '3' })
    for (let attempt = 0; attempt < 7; attempt++) {
      await send()
      offsetMs += HOUR_MS
    }
    expect(await statuses(id)).toEqual(['dead', 'dead', 'dead'])
    expect(receiver.requests).toHaveLength(9)
    const [execution] = (await listWebhookExecutions(core, SYSTEM, ref(), id, everything)).items
    expect(execution).toMatchObject({ status: 'Error' })
    receiver.answer = () => ({ status: 200 })
    const [first] = await deliveries(id)
    await redeliverWebhook(core, SYSTEM, ref(), id, first!.id)
    await expect(redeliverWebhook(core, SYSTEM, ref(), id, first!.id)).rejects.toMatchObject({
      code: 'PRECONDITION',
    })
    await send()
    expect(await statuses(id)).toEqual(['delivered', 'dead', 'dead'])
    expect(await redeliverDeadWebhooks(core, SYSTEM, ref(), id)).toBe(2)
    await send()
    expect(await statuses(id)).toEqual(['delivered', 'delivered', 'delivered'])
    expect(receiver.requests.at(9)!.headers['berth-webhook-id']).toBe(first!.uid)
  })

  it('too often in a row disables the webhook, and that is an event', async () => {
    await configure({ webhook_max_attempts: 1, webhook_disable_after: 2 })
    const id = await create()
    receiver.answer = () => ({ status: 500 })
    await happen({ repository: 'a' })
    await send()
    receiver.answer = () => ({ status: 200 })
    await happen({ repository: 'b' })
    await send()
    receiver.answer = () => ({ status: 500 })
    await happen({ repository: 'c' })
    await send()
    expect((await policyOf(id)).enabled).toBe(true)
    await happen({ repository: 'd' })
    await send()
    expect(await policyOf(id)).toMatchObject({
      enabled: false,
      disabledReason: '2 deliveries in a row could not be delivered',
    })
    const events = await core.db.prisma.event.findMany({ where: { type: 'webhook.disabled' } })
    expect(events).toMatchObject([{ projectId, payload: { policyId: id } }])
    await expect(redeliverDeadWebhooks(core, SYSTEM, ref(), id)).rejects.toMatchObject({
      code: 'PRECONDITION',
    })
    await updateWebhookPolicy(core, SYSTEM, ref(), id, { enabled: true })
    expect(await policyOf(id)).toMatchObject({ enabled: true, disabledReason: '', deadInRow: 0 })
  })

  it('with 410 disables the webhook at once, and what waits is given up', async () => {
    const id = await create()
    receiver.answer = () => ({ status: 410 })
    await happen({ tag: '1' }, { tag: '2' })
    await send()
    expect((await policyOf(id)).enabled).toBe(false)
    expect(await statuses(id)).toEqual(['dead', 'dead'])
    expect(receiver.requests).toHaveLength(1)
  })
})

describe('a target', () => {
  it('on an address that is not allowed is not asked, and no redirect leads there', async () => {
    const other = await startReceiver()
    receiver.answer = () => ({ status: 307, headers: { location: other.url } })
    const redirected = await create()
    await happen({})
    await send()
    expect((await deliveries(redirected))[0]!.answer!.error).toContain('redirect')
    await configure({ outbound_allowed_hosts: '' })
    const refused = await create({ targets: [target(other.url)] })
    await happen({ repository: 'api' })
    await send()
    expect((await deliveries(refused))[0]).toMatchObject({ status: 'waiting', answer: { status: 0 } })
    await expect(testWebhook(core, SYSTEM, ref(), refused)).resolves.toMatchObject({
      delivered: false,
      status: 0,
    })
    expect(other.requests).toEqual([])
    await other.close()
  })

  it('that is removed gets nothing more, and nothing of it goes to one that took its place', async () => {
    const other = await startReceiver()
    const id = await create({ targets: [target(other.url), target()] })
    receiver.answer = () => ({ status: 500 })
    other.answer = () => ({ status: 500 })
    await happen({ tag: '1' })
    await send()
    expect(await statuses(id)).toEqual(['waiting', 'waiting'])
    await updateWebhookPolicy(core, SYSTEM, ref(), id, { targets: [target()] })
    receiver.answer = () => ({ status: 200 })
    offsetMs += HOUR_MS
    await send()
    expect(await statuses(id)).toEqual(['dead', 'delivered'])
    const { executionId } = (await deliveries(id))[0]!
    const tasks = await listWebhookTasks(core, SYSTEM, ref(), { policyId: id, executionId }, everything)
    expect(tasks.items).toMatchObject([{ status: 'Error', statusMessage: 'the target was removed' }])
    const ids = (await deliveries(id)).map(({ uid }) => uid)
    expect(receiver.requests.map(({ headers }) => headers['berth-webhook-id'])).toEqual([ids[1], ids[1]])
    expect(other.requests.map(({ headers }) => headers['berth-webhook-id'])).toEqual([ids[0]])
    await other.close()
  })

  it('of a webhook from before targets had ids is known by its place', async () => {
    const id = await create()
    const row = await core.db.prisma.webhookPolicy.findUniqueOrThrow({ where: { id } })
    const targets = (row.targets as { id?: number }[]).map(({ id: _, ...rest }) => rest)
    await core.db.prisma.webhookPolicy.update({ where: { id }, data: { targets } })
    await happen({})
    await core.db.prisma.webhookDelivery.updateMany({ data: { target: 0 } })
    await send()
    expect(await statuses(id)).toEqual(['delivered'])
  })

  it('that does not answer keeps nothing from the others', async () => {
    const silent = await startReceiver()
    silent.answer = () => 'never'
    const dead = await create({ targets: [target(silent.url)], repositoryFilter: 'dead*' })
    const alive = await create({ repositoryFilter: 'alive*' })
    const numbers = Array.from({ length: 30 }, (_, n) => n)
    await happen(...numbers.map((n) => ({ repository: `dead${n}` })))
    await happen(...numbers.map((n) => ({ repository: `alive${n}` })))
    await deliverWebhooks(core)
    await vi.waitFor(() => expect(receiver.requests).toHaveLength(30), 20_000)
    expect(silent.requests.length).toBeLessThanOrEqual(6)
    expect(new Set(await statuses(dead))).toEqual(new Set(['waiting']))
    await vi.waitFor(
      async () => expect(new Set(await statuses(alive))).toEqual(new Set(['delivered'])),
      20_000,
    )
    await updateWebhookPolicy(core, SYSTEM, ref(), dead, { enabled: false })
    silent.answer = () => ({ status: 200 })
    await silent.close()
    await send()
  })

  it('says to a test what it thinks of it', async () => {
    const id = await create({ enabled: false, targets: [target(), { type: 'slack', address: receiver.url }] })
    receiver.answer = () => ({ status: 418, body: 'teapot' })
    expect(await testWebhook(core, SYSTEM, ref(), id)).toMatchObject({
      delivered: false,
      status: 418,
      body: 'teapot',
    })
    expect(JSON.parse(receiver.requests[0]!.body)).toMatchObject({
      type: 'TEST',
      event_data: { resources: [] },
    })
    receiver.answer = () => ({ status: 200 })
    expect(await testWebhook(core, SYSTEM, ref(), id, 1)).toMatchObject({ delivered: true })
    await expect(testWebhook(core, SYSTEM, ref(), id, 2)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await deliveries(id)).toEqual([])
  })
})

it('two nodes deliver each once, in order per repository', async () => {
  const other = open()
  const id = await create()
  const told = Array.from({ length: 40 }, (_, n) => ({ repository: `app${n % 5}`, tag: String(n) }))
  await happen(...told)
  await Promise.all([deliverWebhooksNow(core), deliverWebhooksNow(other)])
  // What one released the other may have found too late.
  await vi.waitFor(async () => {
    await Promise.all([deliverWebhooksNow(core), deliverWebhooksNow(other)])
    expect(receiver.requests).toHaveLength(40)
  }, 20_000)
  expect(new Set(await statuses(id))).toEqual(new Set(['delivered']))
  for (let app = 0; app < 5; app++) {
    const tags = receiver.requests
      .map(({ body }) => JSON.parse(body).event_data.resources[0])
      .filter(({ resource_url }) => resource_url.includes(`/app${app}:`))
      .map(({ tag }) => Number(tag))
    expect(tags).toEqual(Array.from({ length: 8 }, (_, n) => n * 5 + app))
  }
})

it('what a killed worker held is delivered after its lease, under the same id', async () => {
  const id = await create()
  await happen({})
  const [due] = await readDue(core, new Date(core.now()), [], 10)
  expect(await claimDelivery(core, due!, 60_000)).toBeDefined()
  await send()
  expect(receiver.requests).toEqual([])
  offsetMs += 60_001
  await send()
  expect(receiver.requests.map(({ headers }) => headers['berth-webhook-id'])).toEqual([due!.uid])
  expect(await statuses(id)).toEqual(['delivered'])
})

it('a purge forgets what is through and old, and what a deleted project left', async () => {
  const id = await create()
  receiver.answer = ({ body }) => ({ status: body.includes('/bad:') ? 500 : 200 })
  await happen({ repository: 'good' }, { repository: 'bad' })
  await send()
  expect(await purgeWebhooks(core)).toEqual({ removed: 0, freed: 0 })
  offsetMs += 31 * 24 * HOUR_MS
  expect(await purgeWebhooks(core)).toEqual({ removed: 1, freed: 0 })
  expect(await statuses(id)).toEqual(['waiting'])
  await core.db.prisma.project.deleteMany()
  expect(await purgeWebhooks(core)).toEqual({ removed: 1, freed: 0 })
})
