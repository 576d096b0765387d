import { testDatabase } from '@berth/testing'
import { expect, it, vi } from 'vitest'
import { SYSTEM } from '../../../authorization/index.ts'
import { changeJobQueue, stopJob } from '../../../job-queues/index.ts'
import { Harbour, HOUR_MS } from '../../harbour.fixture.ts'
import { deliverWebhooks, deliverWebhooksNow, purgeWebhooks, redeliverDeadWebhooks } from '../../index.ts'
import { startReceiver } from '../../receiver.fixture.ts'
import { readDue } from '../due.ts'
import { Lanes } from '../lanes.ts'
import { claimDelivery } from './store.ts'

const here = new Harbour(testDatabase)

it('two nodes deliver each once, in order per repository', async () => {
  const other = here.open()
  const id = await here.create()
  const told = Array.from({ length: 40 }, (_, n) => ({ repository: `app${n % 5}`, tag: String(n) }))
  await here.happen(...told)
  await Promise.all([deliverWebhooksNow(here.core), deliverWebhooksNow(other)])
  // What one released the other may have found too late.
  await vi.waitFor(async () => {
    await Promise.all([deliverWebhooksNow(here.core), deliverWebhooksNow(other)])
    expect(here.receiver.requests).toHaveLength(40)
  }, 20_000)
  expect(new Set(await here.statuses(id))).toEqual(new Set(['delivered']))
  for (let app = 0; app < 5; app++) {
    const tags = here.receiver.requests
      .map(({ body }) => JSON.parse(body).event_data.resources[0])
      .filter(({ resource_url }) => resource_url.includes(`/app${app}:`))
      .map(({ tag }) => Number(tag))
    expect(tags).toEqual(Array.from({ length: 8 }, (_, n) => n * 5 + app))
  }
})

it('what a killed worker held is delivered after its lease, under the same id', async () => {
  const id = await here.create()
  await here.happen({})
  const [due] = await readDue(here.core, new Date(here.core.now()), new Lanes().busy(), 10)
  expect(await claimDelivery(here.core, due!, 60_000)).toBeDefined()
  await here.send()
  expect(here.receiver.requests).toEqual([])
  here.later(60_001)
  await here.send()
  expect(here.receiver.requests.map(({ headers }) => headers['berth-webhook-id'])).toEqual([due!.uid])
  expect(await here.statuses(id)).toEqual(['delivered'])
})

it('a purge forgets what is through and old, and what a deleted project left', async () => {
  const id = await here.create()
  here.receiver.answer = ({ body }) => ({ status: body.includes('/bad:') ? 500 : 200 })
  await here.happen({ repository: 'good' }, { repository: 'bad' })
  await here.send()
  expect(await purgeWebhooks(here.core)).toEqual({ removed: 0, freed: 0 })
  here.later(31 * 24 * HOUR_MS)
  expect(await purgeWebhooks(here.core)).toEqual({ removed: 1, freed: 0 })
  expect(await here.statuses(id)).toEqual(['waiting'])
  await here.core.db.prisma.project.deleteMany()
  expect(await purgeWebhooks(here.core)).toEqual({ removed: 1, freed: 0 })
})

it('dead letters stay for a season, whatever arrives', async () => {
  await here.configure({ webhook_max_attempts: 1 })
  const id = await here.create()
  here.receiver.answer = ({ body }) => ({ status: body.includes('/bad:') ? 500 : 200 })
  await here.happen({ repository: 'good' }, { repository: 'bad' })
  await here.send()
  expect((await here.statuses(id)).sort()).toEqual(['dead', 'delivered'])
  here.later(31 * 24 * HOUR_MS)
  expect(await purgeWebhooks(here.core)).toMatchObject({ removed: 1 })
  expect(await here.statuses(id)).toEqual(['dead'])
  here.later(60 * 24 * HOUR_MS)
  expect(await purgeWebhooks(here.core)).toMatchObject({ removed: 1 })
})

it('one project with 200 silent targets keeps nothing from another', async () => {
  await here.configure({ webhook_timeout_seconds: 30 })
  const silent = await startReceiver('0.0.0.0')
  silent.answer = () => 'never'
  // Each on an address of its own.
  const addresses = Array.from({ length: 200 }, (_, n) => silent.url.replace('127.0.0.1', `127.0.1.${n + 1}`))
  while (addresses.length > 0)
    await here.create({ targets: addresses.splice(0, 5).map((address) => here.target(address)) })
  await here.happen({})
  await deliverWebhooks(here.core)
  expect(await here.core.db.prisma.webhookDelivery.count({ where: { run: 0 } })).toBeGreaterThan(190)
  const silentProject = here.projectId
  await here.addProject()
  const id = await here.create()
  await here.happen({})
  await deliverWebhooks(here.core)
  await vi.waitFor(async () => expect(await here.statuses(id)).toEqual(['delivered']), 20_000)
  // Before the first of the silent ones was given up.
  expect(
    await here.core.db.prisma.webhookDelivery.count({ where: { status: { not: 'delivered' }, attempts: 0 } }),
  ).toBeGreaterThan(190)
  await here.core.db.prisma.project.delete({ where: { id: silentProject } })
  await silent.close()
  await here.send()
})

it('many projects with silent targets keep nothing from another whose target is not known yet', async () => {
  await here.configure({ webhook_timeout_seconds: 30 })
  const silent = await startReceiver('0.0.0.0')
  silent.answer = () => 'never'
  const silentProjects: number[] = []
  for (let project = 1; project <= 13; project++) {
    await here.addProject()
    silentProjects.push(here.projectId)
    const targets = [1, 2, 3, 4, 5].map((n) =>
      here.target(silent.url.replace('127.0.0.1', `127.0.${project}.${n}`)),
    )
    await here.create({ targets })
    await here.happen({ repository: 'a' }, { repository: 'b' })
  }
  await deliverWebhooks(here.core)
  await here.addProject()
  const id = await here.create()
  await here.happen({})
  await deliverWebhooks(here.core)
  await vi.waitFor(async () => expect(await here.statuses(id)).toEqual(['delivered']), 20_000)
  await here.core.db.prisma.project.deleteMany({ where: { id: { in: silentProjects } } })
  await silent.close()
  await here.send()
})

it('while its queue is paused nothing is sent; what is stopped there stands among the dead and can be sent again', async () => {
  const id = await here.create()
  const act = (action: string) => changeJobQueue(here.core, SYSTEM, 'WEBHOOK', action)
  await act('pause')
  await here.happen({ tag: '1' }, { tag: '2' })
  await here.send()
  expect(here.receiver.requests).toEqual([])
  await act('stop')
  await act('resume')
  await here.send()
  await here.send()
  expect([here.receiver.requests.length, await here.statuses(id)]).toEqual([0, ['dead', 'dead']])
  expect(await redeliverDeadWebhooks(here.core, SYSTEM, here.ref, id)).toEqual({ deliveries: 2, more: false })
  await here.send()
  await here.send()
  expect(await here.statuses(id)).toEqual(['delivered', 'delivered'])
})

it('what was stopped, however much, keeps nothing else waiting', async () => {
  const id = await here.create()
  const act = (action: string) => changeJobQueue(here.core, SYSTEM, 'WEBHOOK', action)
  await act('pause')
  const many = Array.from({ length: 150 }, (_, n) => ({ repository: `app${n}` }))
  // All of one repository wait for one another.
  await here.happen(...many, ...Array.from({ length: 20 }, () => ({ repository: 'busy' })))
  await act('stop')
  await act('resume')
  await here.happen({ repository: 'new' }, { repository: 'busy', tag: 'new' })
  await here.send()
  expect(here.receiver.requests.map(({ body }) => JSON.parse(body).event_data.repository.name)).toEqual(
    expect.arrayContaining(['new', 'busy']),
  )
  expect(here.receiver.requests).toHaveLength(2)
  const statuses = Object.groupBy(await here.statuses(id), (status) => status)
  expect(Object.keys(statuses).sort()).toEqual(['dead', 'delivered'])
})

it('a delivery that is stopped while it is tried is not tried again', async () => {
  const id = await here.create()
  await here.happen({})
  const [due] = await readDue(here.core, new Date(here.core.now()), new Lanes().busy(), 10)
  await claimDelivery(here.core, due!, 60_000)
  await stopJob(here.core, SYSTEM, 'all')
  here.later(60_001)
  await here.send()
  expect([here.receiver.requests.length, await here.statuses(id)]).toEqual([0, ['dead']])
})
