import { testDatabase } from '@berth/testing'
import { describe, expect, it, vi } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { everything } from '../../list-query/index.ts'
import { Harbour, HOUR_MS } from '../harbour.fixture.ts'
import {
  deliverWebhooks,
  getWebhookPolicy,
  listWebhookExecutions,
  listWebhookTasks,
  redeliverDeadWebhooks,
  redeliverWebhook,
  rotateWebhookSecret,
  testWebhook,
  updateWebhookPolicy,
} from '../index.ts'
import { startReceiver } from '../receiver.fixture.ts'

const here = new Harbour(testDatabase)
const policyOf = (id: number) => getWebhookPolicy(here.core, SYSTEM, here.ref, id)

describe('what fails', () => {
  it('is tried again later, in its time, and what the target said is kept without secrets', async () => {
    const id = await here.create({ targets: [{ ...here.target(), authHeader: 'Bearer hunter2hunter2' }] })
    here.receiver.answer = ({ headers }) => ({
      status: 503,
      headers: { 'retry-after': '600', 'set-cookie': 'a=b', 'x-echo': String(headers.authorization) },
      body: `down, hunter2hunter2 ${'x'.repeat(20_000)}`,
    })
    await here.happen({})
    await here.send()
    const [delivery] = await here.deliveries(id)
    expect(delivery).toMatchObject({
      status: 'waiting',
      attempts: 1,
      answer: { status: 503, error: 'the target answered 503' },
    })
    expect(delivery!.answer!.headers).toMatchObject({ 'set-cookie': '***', 'x-echo': '***' })
    expect(delivery!.answer!.body).toMatch(/^down, \*\*\* x+$/)
    expect(delivery!.answer!.body.length).toBe(4_096)
    expect(delivery!.dueAt!.getTime()).toBeGreaterThan(here.now() + 590_000)
    await here.send()
    expect(here.receiver.requests).toHaveLength(1)
    here.receiver.answer = () => ({ status: 204 })
    here.later(601_000)
    await here.send()
    expect(await here.statuses(id)).toEqual(['delivered'])
    expect(here.receiver.requests.map(({ headers }) => headers['berth-webhook-id'])).toEqual([
      delivery!.uid,
      delivery!.uid,
    ])
    expect(here.receiver.requests[1]!.headers['berth-webhook-attempt']).toBe('2')
    expect(here.receiver.requests[1]!.body).toBe(here.receiver.requests[0]!.body)
  })

  it('holds up what comes after it of the same repository, and nothing else', async () => {
    const id = await here.create()
    here.receiver.answer = ({ body }) => ({ status: body.includes('/bad:') ? 500 : 200 })
    await here.happen(
      { repository: 'bad', tag: '1' },
      { repository: 'bad', tag: '2' },
      { repository: 'good', tag: '3' },
    )
    await here.send()
    await here.happen({ repository: 'bad', tag: '4' })
    await here.send()
    expect(await here.statuses(id)).toEqual(['waiting', 'blocked', 'delivered', 'blocked'])
    here.receiver.answer = () => ({ status: 200 })
    here.later(HOUR_MS)
    await here.send()
    expect(await here.statuses(id)).toEqual(['delivered', 'delivered', 'delivered', 'delivered'])
    const tags = here.receiver.requests.map(({ body }) => JSON.parse(body).event_data.resources[0].tag)
    expect(tags.filter((tag) => tag !== '3')).toEqual(['1', '1', '2', '4'])
  })

  it('is not put back to wait once its task is gone', async () => {
    const id = await here.create()
    here.receiver.answer = () => ({ status: 500 })
    await here.happen({ tag: '1' })
    for (let attempt = 0; attempt < 7; attempt++) {
      await here.send()
      here.later(HOUR_MS)
    }
    const [dead] = await here.deliveries(id)
    await here.core.db.prisma.task.deleteMany({ where: { id: dead!.taskId } })
    expect(await redeliverDeadWebhooks(here.core, SYSTEM, here.ref, id)).toEqual({
      deliveries: 0,
      more: false,
    })
    expect(await here.statuses(id)).toEqual(['dead'])
  })

  it('is given up after the last attempt, lets the next go, and can be delivered again', async () => {
    const id = await here.create()
    here.receiver.answer = () => ({ status: 500 })
    await here.happen({ tag: '1' }, { tag: '2' }, { repository: 'api', tag: '3' })
    for (let attempt = 0; attempt < 7; attempt++) {
      await here.send()
      here.later(HOUR_MS)
    }
    expect(await here.statuses(id)).toEqual(['dead', 'dead', 'dead'])
    expect(here.receiver.requests).toHaveLength(9)
    const [execution] = (await listWebhookExecutions(here.core, SYSTEM, here.ref, id, everything)).items
    expect(execution).toMatchObject({ status: 'Error' })
    here.receiver.answer = () => ({ status: 200 })
    const [first] = await here.deliveries(id)
    await redeliverWebhook(here.core, SYSTEM, here.ref, id, first!.id)
    await expect(redeliverWebhook(here.core, SYSTEM, here.ref, id, first!.id)).rejects.toMatchObject({
      code: 'PRECONDITION',
    })
    await here.send()
    expect(await here.statuses(id)).toEqual(['delivered', 'dead', 'dead'])
    expect(await redeliverDeadWebhooks(here.core, SYSTEM, here.ref, id)).toEqual({
      deliveries: 2,
      more: false,
    })
    await here.send()
    expect(await here.statuses(id)).toEqual(['delivered', 'delivered', 'delivered'])
    expect(here.receiver.requests.at(9)!.headers['berth-webhook-id']).toBe(first!.uid)
  })

  it('is one of many that are delivered again some hundreds at a time', async () => {
    const id = await here.create()
    await here.happen(...Array.from({ length: 503 }, (_, n) => ({ repository: `r${n}`, tag: '1' })))
    await here.core.db.prisma.webhookDelivery.updateMany({
      where: { policyId: id },
      data: { status: 'dead', dueAt: null, finishedAt: new Date(here.core.now()) },
    })
    const redeliver = () => redeliverDeadWebhooks(here.core, SYSTEM, here.ref, id)
    expect(await redeliver()).toEqual({ deliveries: 500, more: true })
    expect(await redeliver()).toEqual({ deliveries: 3, more: false })
    expect(await redeliver()).toEqual({ deliveries: 0, more: false })
  })

  it('because Berth itself cannot make the request is given up as well, can be seen, and lets the next go', async () => {
    const id = await here.create()
    await rotateWebhookSecret(here.core, SYSTEM, here.ref, id, 0)
    // As after a restore under another key.
    await here.core.db.prisma.webhookPolicy.update({ where: { id }, data: { secret: 'v1.unreadable' } })
    await here.happen({ tag: '1' }, { tag: '2' })
    const problems: unknown[] = []
    for (let attempt = 0; attempt < 6; attempt++) {
      await here.send()
      problems.push(...(await deliverWebhooks(here.core)).problems)
      here.later(HOUR_MS)
    }
    expect(problems).toHaveLength(6)
    const deliveries = await here.deliveries(id)
    expect(deliveries.map(({ status, attempts }) => [status, attempts])).toEqual([
      ['dead', 3],
      ['dead', 3],
    ])
    expect(deliveries[0]!.answer).toMatchObject({ status: 0, error: expect.stringContaining('Berth itself') })
    expect(here.receiver.requests).toEqual([])
    expect((await policyOf(id)).deadInRow).toBe(2)
  })

  it('too often in a row disables the webhook, and that is an event', async () => {
    await here.configure({ webhook_max_attempts: 1, webhook_disable_after: 2 })
    const id = await here.create()
    here.receiver.answer = () => ({ status: 500 })
    await here.happen({ repository: 'a' })
    await here.send()
    here.receiver.answer = () => ({ status: 200 })
    await here.happen({ repository: 'b' })
    await here.send()
    here.receiver.answer = () => ({ status: 500 })
    await here.happen({ repository: 'c' })
    await here.send()
    expect((await policyOf(id)).enabled).toBe(true)
    await here.happen({ repository: 'd' })
    await here.send()
    expect(await policyOf(id)).toMatchObject({
      enabled: false,
      disabledReason: '2 deliveries in a row could not be delivered',
    })
    const events = await here.core.db.prisma.event.findMany({ where: { type: 'webhook.disabled' } })
    expect(events).toMatchObject([{ projectId: here.projectId, payload: { policyId: id } }])
    await expect(redeliverDeadWebhooks(here.core, SYSTEM, here.ref, id)).rejects.toMatchObject({
      code: 'PRECONDITION',
    })
    await updateWebhookPolicy(here.core, SYSTEM, here.ref, id, { enabled: true })
    expect(await policyOf(id)).toMatchObject({ enabled: true, disabledReason: '', deadInRow: 0 })
  })

  it('with 410 disables the webhook at once, and what waits is given up', async () => {
    const id = await here.create()
    here.receiver.answer = () => ({ status: 410 })
    await here.happen({ tag: '1' }, { tag: '2' })
    await here.send()
    expect((await policyOf(id)).enabled).toBe(false)
    expect(await here.statuses(id)).toEqual(['dead', 'dead'])
    expect(here.receiver.requests).toHaveLength(1)
  })
})

describe('a target', () => {
  it('on an address that is not allowed is not asked, and no redirect leads there', async () => {
    const other = await startReceiver()
    here.receiver.answer = () => ({ status: 307, headers: { location: other.url } })
    const redirected = await here.create()
    await here.happen({})
    await here.send()
    expect((await here.deliveries(redirected))[0]!.answer!.error).toContain('redirect')
    await here.configure({ outbound_allowed_hosts: '' })
    const refused = await here.create({ targets: [here.target(other.url)] })
    await here.happen({ repository: 'api' })
    await here.send()
    expect((await here.deliveries(refused))[0]).toMatchObject({ status: 'waiting', answer: { status: 0 } })
    await expect(testWebhook(here.core, SYSTEM, here.ref, refused)).resolves.toMatchObject({
      delivered: false,
      status: 0,
    })
    expect(other.requests).toEqual([])
    await other.close()
  })

  it('that is removed gets nothing more, and nothing of it goes to one that took its place', async () => {
    const other = await startReceiver()
    const id = await here.create({ targets: [here.target(other.url), here.target()] })
    here.receiver.answer = () => ({ status: 500 })
    other.answer = () => ({ status: 500 })
    await here.happen({ tag: '1' })
    await here.send()
    expect(await here.statuses(id)).toEqual(['waiting', 'waiting'])
    await updateWebhookPolicy(here.core, SYSTEM, here.ref, id, { targets: [here.target()] })
    here.receiver.answer = () => ({ status: 200 })
    here.later(HOUR_MS)
    await here.send()
    expect(await here.statuses(id)).toEqual(['dead', 'delivered'])
    const { executionId } = (await here.deliveries(id))[0]!
    const tasks = await listWebhookTasks(
      here.core,
      SYSTEM,
      here.ref,
      { policyId: id, executionId },
      everything,
    )
    expect(tasks.items).toMatchObject([{ status: 'Error', statusMessage: 'the target was removed' }])
    const ids = (await here.deliveries(id)).map(({ uid }) => uid)
    expect(here.receiver.requests.map(({ headers }) => headers['berth-webhook-id'])).toEqual([ids[1], ids[1]])
    expect(other.requests.map(({ headers }) => headers['berth-webhook-id'])).toEqual([ids[0]])
    await other.close()
  })

  it('of a webhook from before targets had ids is known by its place', async () => {
    const id = await here.create()
    const row = await here.core.db.prisma.webhookPolicy.findUniqueOrThrow({ where: { id } })
    const targets = (row.targets as { id?: number }[]).map(({ id: _, ...rest }) => rest)
    await here.core.db.prisma.webhookPolicy.update({ where: { id }, data: { targets } })
    await here.happen({})
    await here.core.db.prisma.webhookDelivery.updateMany({ data: { target: 0 } })
    await here.send()
    expect(await here.statuses(id)).toEqual(['delivered'])
  })

  it('that does not answer keeps nothing from the others', async () => {
    const silent = await startReceiver()
    silent.answer = () => 'never'
    const dead = await here.create({ targets: [here.target(silent.url)], repositoryFilter: 'dead*' })
    const alive = await here.create({ repositoryFilter: 'alive*' })
    const numbers = Array.from({ length: 30 }, (_, n) => n)
    await here.happen(...numbers.map((n) => ({ repository: `dead${n}` })))
    await here.happen(...numbers.map((n) => ({ repository: `alive${n}` })))
    await deliverWebhooks(here.core)
    await vi.waitFor(() => expect(here.receiver.requests).toHaveLength(30), 20_000)
    expect(silent.requests.length).toBeLessThanOrEqual(6)
    expect(new Set(await here.statuses(dead))).toEqual(new Set(['waiting']))
    await vi.waitFor(
      async () => expect(new Set(await here.statuses(alive))).toEqual(new Set(['delivered'])),
      20_000,
    )
    await updateWebhookPolicy(here.core, SYSTEM, here.ref, dead, { enabled: false })
    silent.answer = () => ({ status: 200 })
    await silent.close()
    await here.send()
  })
})
