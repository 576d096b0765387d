import { createHmac } from 'node:crypto'
import { testDatabase } from '@berth/testing'
import { describe, expect, it } from 'vitest'
import { SYSTEM } from '../authorization/index.ts'
import { everything } from '../list-query/index.ts'
import { at, digest, Harbour, HOUR_MS } from './harbour.fixture.ts'
import {
  getWebhookPolicy,
  getWebhookTaskLog,
  listWebhookExecutions,
  listWebhookTasks,
  projectsToldOfPulls,
  rotateWebhookSecret,
  testWebhook,
} from './index.ts'

const here = new Harbour(testDatabase)
const policyOf = (id: number) => getWebhookPolicy(here.core, SYSTEM, here.ref, id)

describe('what arrives', () => {
  it('is what Harbor sends, with an id that stays the same, and an execution tells of it', async () => {
    const id = await here.create({
      targets: [{ ...here.target(), authHeader: 'Bearer abcdef', headers: { 'X-Team': 'web' } }],
    })
    await here.happen({ repository: 'deep/web' })
    await here.send()
    const [request, ...others] = here.receiver.requests
    expect(others).toEqual([])
    expect(JSON.parse(request!.body)).toEqual({
      type: 'PUSH_ARTIFACT',
      occur_at: at.getTime() / 1_000,
      operator: 'ann',
      event_data: {
        resources: [{ digest, tag: 'v1', resource_url: `localhost:8080/${here.project}/deep/web:v1` }],
        repository: {
          name: 'deep/web',
          namespace: here.project,
          repo_full_name: `${here.project}/deep/web`,
          repo_type: 'private',
        },
      },
    })
    const [delivery] = await here.deliveries(id)
    expect(request!.headers).toMatchObject({
      'content-type': 'application/json',
      authorization: 'Bearer abcdef',
      'x-team': 'web',
      'berth-webhook-id': delivery!.uid,
      'berth-webhook-event': 'PUSH_ARTIFACT',
      'berth-webhook-attempt': '1',
    })
    expect(request!.headers).not.toHaveProperty('berth-signature')
    const [execution] = (await listWebhookExecutions(here.core, SYSTEM, here.ref, id, everything)).items
    expect(execution).toMatchObject({
      status: 'Success',
      trigger: 'EVENT',
      vendorType: 'WEBHOOK',
      vendorId: id,
      extraAttrs: { event_type: 'PUSH_ARTIFACT', operator: 'ann', payload: request!.body },
    })
    const where = { policyId: id, executionId: execution!.id }
    const [task] = (await listWebhookTasks(here.core, SYSTEM, here.ref, where, everything)).items
    expect(task).toMatchObject({ status: 'Success', runCount: 1 })
    const log = await getWebhookTaskLog(here.core, SYSTEM, here.ref, { ...where, taskId: task!.id })
    expect(log).toMatch(/attempt 1: POST http:\/\/127\.0\.0\.1:\d+ answered 200 after \d+ ms\n$/)
    expect((await policyOf(id)).lastTriggers).toEqual({ PUSH_ARTIFACT: at.toISOString() })
  })

  it('is a CloudEvent or a message for Slack where that was chosen', async () => {
    const id = await here.create({
      targets: [
        { ...here.target(), payloadFormat: 'CloudEvents' },
        { type: 'slack', address: here.receiver.url },
      ],
      eventTypes: ['DELETE_ARTIFACT'],
    })
    await here.happen({ type: 'artifact.deleted', tag: null })
    await here.send()
    const cloud = here.receiver.requests.find(({ headers }) =>
      headers['content-type']?.includes('cloudevents'),
    )!
    const uid = cloud.headers['berth-webhook-id']
    expect(cloud.headers['content-type']).toBe('application/cloudevents+json')
    expect(JSON.parse(cloud.body)).toEqual({
      specversion: '1.0',
      id: uid,
      requestid: 'request-1',
      source: `/projects/${here.projectId}/webhook/policies/${id}`,
      type: 'harbor.artifact.deleted',
      datacontenttype: 'application/json',
      time: '2026-11-21T12:00:00Z',
      operator: 'ann',
      data: {
        resources: [{ digest, tag: digest, resource_url: `localhost:8080/${here.project}/web@${digest}` }],
        repository: expect.objectContaining({ repo_full_name: `${here.project}/web` }),
      },
    })
    const slack = JSON.parse(here.receiver.requests.find((request) => request !== cloud)!.body)
    expect(slack.blocks.map(({ text }: { text: { text: string } }) => text.text).join('\n')).toContain(
      '*event_type:* DELETE_ARTIFACT',
    )
  })

  it('is the same of a tag that is put on an artifact through the API as of a push', async () => {
    await here.create({ tagFilter: 'stable' })
    await here.happen({ tag: 'stable' }, { type: 'tag.created', tag: 'stable' })
    await here.send()
    const bodies = here.receiver.requests.map(({ body }) => JSON.parse(body))
    expect(bodies).toHaveLength(2)
    expect(bodies[1]).toEqual(bodies[0])
    expect(bodies[1]).toMatchObject({ type: 'PUSH_ARTIFACT', event_data: { resources: [{ tag: 'stable' }] } })
  })

  it('is only what the webhook asks for', async () => {
    const filtered = await here.create({ repositoryFilter: 'web/**', tagFilter: 'v*' })
    const disabled = await here.create({ enabled: false })
    const pulls = await here.create({ eventTypes: ['PULL_ARTIFACT', 'QUOTA_EXCEED'], tagFilter: 'v*' })
    await here.happen(
      { repository: 'web/a', tag: 'v1' },
      { repository: 'web/a', tag: 'latest' },
      { repository: 'web/a', tag: null },
      { repository: 'api', tag: 'v1' },
      { type: 'artifact.pulled', repository: 'api', tag: 'v2' },
      { type: 'quota.exceeded', payload: { project: here.project, details: 'too much' } },
    )
    expect(await here.statuses(filtered)).toEqual(['waiting'])
    expect(await here.statuses(disabled)).toEqual([])
    const told = await here.deliveries(pulls)
    expect(told.map(({ eventType }) => eventType)).toEqual(['PULL_ARTIFACT', 'QUOTA_EXCEED'])
    expect(await projectsToldOfPulls(here.core)).toEqual(new Set([here.projectId]))
  })
})

it('deliveries are signed, and for a while with the former secret too', async () => {
  const id = await here.create()
  const verify = (secret: string) => {
    const { headers, body } = here.receiver.requests.at(-1)!
    const parts = String(headers['berth-signature']).split(',')
    const time = parts[0]!.slice(2)
    const expected = createHmac('sha256', secret)
      .update(`${time}.${headers['berth-webhook-id']}.${body}`)
      .digest('hex')
    return { count: parts.length - 1, good: parts.includes(`v1=${expected}`) }
  }
  const first = await rotateWebhookSecret(here.core, SYSTEM, here.ref, id)
  expect(first.previousValidUntil).toBeNull()
  await here.happen({})
  await here.send()
  expect(verify(first.secret)).toEqual({ count: 1, good: true })
  const second = await rotateWebhookSecret(here.core, SYSTEM, here.ref, id, 1)
  await here.happen({})
  await here.send()
  expect(verify(first.secret)).toEqual({ count: 2, good: true })
  expect(verify(second.secret)).toEqual({ count: 2, good: true })
  here.later(HOUR_MS + 1_000)
  await here.happen({})
  await here.send()
  expect(verify(first.secret)).toEqual({ count: 1, good: false })
  expect(verify(second.secret)).toEqual({ count: 1, good: true })
  expect(JSON.stringify(await policyOf(id))).not.toContain(second.secret)
})

it('a target says to a test what it thinks of it', async () => {
  const id = await here.create({
    enabled: false,
    targets: [here.target(), { type: 'slack', address: here.receiver.url }],
  })
  here.receiver.answer = () => ({ status: 418, body: 'teapot' })
  expect(await testWebhook(here.core, SYSTEM, here.ref, id)).toMatchObject({
    delivered: false,
    status: 418,
    body: 'teapot',
  })
  expect(JSON.parse(here.receiver.requests[0]!.body)).toMatchObject({
    type: 'TEST',
    event_data: { resources: [] },
  })
  here.receiver.answer = () => ({ status: 200 })
  expect(await testWebhook(here.core, SYSTEM, here.ref, id, 1)).toMatchObject({ delivered: true })
  await expect(testWebhook(here.core, SYSTEM, here.ref, id, 2)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(await here.deliveries(id)).toEqual([])
})
