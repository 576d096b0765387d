import { SYSTEM } from '@berth/core'
import { updateConfigurations } from '@berth/core/configurations'
import { dispatchEvents, raise } from '@berth/core/events'
import { createMember } from '@berth/core/members'
import { deliverWebhooksNow, webhookSubscriber } from '@berth/core/webhooks'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApi, type TestApi } from './api.fixture.ts'

const MASK = '********'
let database: TestDatabase
let api: TestApi
let shopId: number
let hook: number

const http = (more = {}) => ({ type: 'http', address: 'https://hooks.example/a', ...more })
const input = (name: string, more = {}) => ({
  name,
  event_types: ['PUSH_ARTIFACT'],
  targets: [http()],
  ...more,
})
const shop = { project_name_or_id: 'shop' }

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url)
  await api.addUser('sysadmin', { sysadmin: true })
  await api.addUser('rival')
  shopId = await api.addProject('shop', { members: ['projectAdmin', 'maintainer', 'developer'] })
  const rivals = await api.addProject('rivals')
  await createMember(api.core, SYSTEM, { id: rivals }, { roleId: 1, username: 'rival' })
  hook = await create('first', {
    targets: [http({ auth_header: 'Bearer abcdef', headers: { 'X-Team': 'web' } })],
  })
})
afterAll(async () => {
  await api.close()
  await database.drop()
})

async function create(name: string, more = {}): Promise<number> {
  const body = input(name, more)
  const { status, headers, text } = await api.call('projectAdmin', 'CreateWebhookPolicyOfProject', {
    path: shop,
    body,
  })
  expect(status, text).toBe(201)
  const id = Number(/^\/api\/v2\.0\/projects\/shop\/webhook\/policies\/(\d+)$/.exec(headers.location!)?.[1])
  expect(id).toBeGreaterThan(0)
  return id
}
const read = async (id: number) =>
  (await api.call('maintainer', 'GetWebhookPolicyOfProject', { path: { ...shop, webhook_policy_id: id } }))
    .data
const update = (id: number, body: Record<string, unknown>) =>
  api.call('projectAdmin', 'UpdateWebhookPolicyOfProject', { path: { ...shop, webhook_policy_id: id }, body })

describe('a webhook', () => {
  it('is read as it was written, except what is secret of it', async () => {
    const policy = await read(hook)
    expect(policy).toMatchObject({
      id: hook,
      project_id: shopId,
      name: 'first',
      creator: 'projectAdmin',
      enabled: true,
      event_types: ['PUSH_ARTIFACT'],
      signed: false,
      targets: [
        {
          type: 'http',
          address: 'https://hooks.example/a',
          auth_header: MASK,
          skip_cert_verify: false,
          payload_format: 'Default',
          headers: { 'x-team': MASK },
        },
      ],
    })
    // As clients of Harbor change one: read, change, send back.
    expect((await update(hook, { ...policy, description: 'told of pushes', enabled: false })).status).toBe(
      200,
    )
    expect(await read(hook)).toMatchObject({
      description: 'told of pushes',
      enabled: false,
      targets: policy.targets,
    })
    expect((await update(hook, { enabled: true })).status).toBe(200)
    const [row] = await database.db.query<{ targets: unknown }>('SELECT targets FROM webhook_policies')
    expect(JSON.stringify(row)).not.toMatch(/abcdef|x-team/)
    // Where it goes decides who gets the secret: with another host it has to be given again.
    const [first] = policy.targets!
    const moved = await update(hook, { targets: [{ ...first, address: 'https://evil.example/' }] })
    expect([moved.status, moved.code]).toEqual([400, 'BAD_REQUEST'])
  })

  it('may name every type of event that Harbor has; those that can happen are offered', async () => {
    const all =
      `PUSH_ARTIFACT PULL_ARTIFACT DELETE_ARTIFACT QUOTA_EXCEED QUOTA_WARNING REPLICATION SCANNING_COMPLETED
      SCANNING_FAILED SCANNING_STOPPED TAG_RETENTION`.split(/\s+/)
    const id = await create('all', { event_types: all })
    expect((await read(id)).event_types).toEqual(all)
    const { data } = await api.call('maintainer', 'GetSupportedEventTypes', { path: shop })
    expect(data).toEqual({
      event_type: all.slice(0, 6),
      notify_type: ['http', 'slack'],
      payload_formats: [
        { notify_type: 'http', formats: ['Default', 'CloudEvents'] },
        { notify_type: 'slack', formats: ['Default'] },
      ],
    })
    const { data: triggers } = await api.call('maintainer', 'LastTrigger', { path: shop })
    expect(triggers.filter(({ policy_name }) => policy_name === 'all')).toHaveLength(10)
  })

  it('is refused when it cannot work', async () => {
    const bad = [
      input(''),
      input('x', { event_types: [] }),
      input('x', { event_types: ['NO_SUCH'] }),
      input('x', { targets: [] }),
      input('x', { targets: [http({ type: 'mail' })] }),
      input('x', { targets: [http({ address: 'file:///etc/passwd' })] }),
      input('x', { targets: [http({ payload_format: 'XML' })] }),
      input('x', { targets: [http({ auth_header: 'a\r\nb' })] }),
      input('x', { targets: [http({ headers: { host: 'internal' } })] }),
      input('x', { tag_filter: '[' }),
      { name: 'x' },
    ]
    for (const body of bad) {
      const answer = await api.call('projectAdmin', 'CreateWebhookPolicyOfProject', { path: shop, body })
      expect([answer.status, answer.code], JSON.stringify(body)).toEqual([400, 'BAD_REQUEST'])
    }
    const taken = await api.call('projectAdmin', 'CreateWebhookPolicyOfProject', {
      path: shop,
      body: input('first'),
    })
    expect([taken.status, taken.code]).toEqual([409, 'CONFLICT'])
    const second = await create('second')
    expect((await update(second, { name: 'first' })).status).toBe(409)
  })

  it('signs with a secret that is shown once', async () => {
    const path = { ...shop, webhook_policy_id: await create('signed') }
    const made = await api.call('projectAdmin', 'rotateWebhookSecret', { path })
    expect(made.data).toEqual({ secret: expect.stringMatching(/^whsec_[\w-]{43}$/) })
    const again = await api.call('projectAdmin', 'rotateWebhookSecret', { path, body: { overlap_hours: 2 } })
    expect(again.data.previous_secret_valid_until).toBeDefined()
    expect(
      (await api.call('projectAdmin', 'rotateWebhookSecret', { path, body: { overlap_hours: 169 } })).status,
    ).toBe(400)
    const shown = await api.call('projectAdmin', 'GetWebhookPolicyOfProject', { path })
    expect(shown.data.signed).toBe(true)
    expect(shown.text).not.toContain('whsec_')
    expect((await api.call('projectAdmin', 'deleteWebhookSecret', { path })).status).toBe(200)
    expect((await read(path.webhook_policy_id)).signed).toBe(false)
  })
})

it('what became of deliveries is shown in every form, and in no other project', async () => {
  // Nothing on this machine may be reached: every attempt fails without leaving it.
  await updateConfigurations(api.core, SYSTEM, { webhook_max_attempts: 1 })
  api.core.cache('webhooks.limits', 0, 1).clear()
  const id = await create('dead', { targets: [http({ address: 'http://127.0.0.1:9/hook' })] })
  await api.core.db.transaction((tx) =>
    raise(tx, {
      at: new Date(),
      type: 'artifact.pushed',
      projectId: shopId,
      subject: 'shop/web',
      actorKind: 'user',
      actorId: 1,
      actorName: 'ann',
      requestId: '',
      payload: { repository: 'shop/web', digest: 'sha256:a', tag: 'v1', public: false },
    }),
  )
  for (const name of ['first', 'all', 'second', 'signed'])
    await database.db.prisma.webhookPolicy.updateMany({ where: { name }, data: { enabled: false } })
  await dispatchEvents(api.core, [webhookSubscriber])
  await deliverWebhooksNow(api.core)

  const path = { ...shop, webhook_policy_id: id }
  const executions = await api.call('maintainer', 'ListExecutionsOfWebhookPolicy', { path })
  expect(executions.headers['x-total-count']).toBe('1')
  const [execution] = executions.data
  expect(execution).toMatchObject({
    vendor_type: 'WEBHOOK',
    vendor_id: id,
    status: 'Error',
    trigger: 'EVENT',
    metrics: { task_count: 1, error_task_count: 1 },
    extra_attrs: { event_type: 'PUSH_ARTIFACT' },
  })
  const inside = { ...path, execution_id: execution!.id! }
  const [task] = (await api.call('maintainer', 'ListTasksOfWebhookExecution', { path: inside })).data
  expect(task).toMatchObject({ status: 'Error', run_count: 1, execution_id: execution!.id })
  const logged = { ...inside, task_id: task!.id! }
  const log = await api.call('maintainer', 'GetLogsOfWebhookTask', { path: logged })
  expect(log.headers['content-type']).toBe('text/plain; charset=utf-8')
  expect(log.text).toContain('attempt 1: POST http://127.0.0.1:9 failed after')
  const jobs = (status: string) =>
    api.call('maintainer', 'ListWebhookJobs', { path: shop, query: { policy_id: id, status } })
  expect((await jobs('success,error')).data).toMatchObject([
    { policy_id: id, event_type: 'PUSH_ARTIFACT', notify_type: 'http', status: 'Error' },
  ])
  expect((await jobs('success')).data).toEqual([])
  const dead = await api.call('maintainer', 'listWebhookDeliveries', { path, query: { q: 'status=dead' } })
  expect(dead.data).toMatchObject([
    { status: 'dead', subject: 'shop/web', answer: { status: 0, delivered: false } },
  ])
  const one = { ...path, delivery_id: dead.data[0]!.id }
  const { data } = await api.call('maintainer', 'getWebhookDelivery', { path: one })
  expect(JSON.parse(data.body!)).toMatchObject({ type: 'PUSH_ARTIFACT' })
  expect((await api.call('projectAdmin', 'redeliverWebhook', { path: one })).status).toBe(200)
  expect((await api.call('projectAdmin', 'redeliverWebhook', { path: one })).status).toBe(412)
  await deliverWebhooksNow(api.core)
  expect((await api.call('projectAdmin', 'redeliverDeadWebhooks', { path })).data).toEqual({
    deliveries: 1,
    more: false,
  })

  // By ids of another project nothing is found, whichever part of the path is one's own.
  const rivals = { project_name_or_id: 'rivals' }
  const { headers } = await api.call('rival', 'CreateWebhookPolicyOfProject', {
    path: rivals,
    body: input('own'),
  })
  const own = Number(headers.location!.split('/').at(-1))
  for (const policy of [id, own])
    for (const [op, path_] of [
      ['ListTasksOfWebhookExecution', inside],
      ['GetLogsOfWebhookTask', logged],
      ['getWebhookDelivery', one],
      ['redeliverWebhook', one],
    ] as const) {
      const answer = await api.call('rival', op, { path: { ...path_, ...rivals, webhook_policy_id: policy } })
      expect([op, answer.status, answer.code]).toEqual([op, 404, 'NOT_FOUND'])
    }
  for (const op of [
    'GetWebhookPolicyOfProject',
    'UpdateWebhookPolicyOfProject',
    'DeleteWebhookPolicyOfProject',
    'ListExecutionsOfWebhookPolicy',
    'listWebhookDeliveries',
    'testWebhookPolicy',
    'rotateWebhookSecret',
    'deleteWebhookSecret',
    'redeliverDeadWebhooks',
  ] as const) {
    const body = op === 'UpdateWebhookPolicyOfProject' ? { body: { enabled: false } } : {}
    const answer = await api.call('rival', op, { path: { ...path, ...rivals }, ...body })
    expect([op, answer.status]).toEqual([op, 404])
  }
  const foreignJobs = { path: rivals, query: { policy_id: id } }
  expect((await api.call('rival', 'ListWebhookJobs', foreignJobs)).status).toBe(404)
  expect((await read(id)).enabled).toBe(true)
  expect((await api.call('projectAdmin', 'DeleteWebhookPolicyOfProject', { path })).status).toBe(200)
  expect(await database.db.prisma.execution.count({ where: { vendorId: id } })).toBe(0)
})

it('a test of a target goes to no address that is not allowed', async () => {
  const path = {
    ...shop,
    webhook_policy_id: await create('ssrf', { targets: [http({ address: 'http://127.0.0.1:9/' })] }),
  }
  const { data } = await api.call('projectAdmin', 'testWebhookPolicy', { path })
  expect(data).toMatchObject({
    delivered: false,
    status: 0,
    body: '',
    error: expect.stringMatching(/not public/),
  })
  expect((await api.call('projectAdmin', 'testWebhookPolicy', { path, body: { target: 3 } })).status).toBe(
    404,
  )
})
