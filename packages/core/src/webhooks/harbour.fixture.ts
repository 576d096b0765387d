import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { SYSTEM } from '../authorization/index.ts'
import { updateConfigurations } from '../configurations/index.ts'
import { type Core, createCore } from '../context/index.ts'
import { dispatchEvents, raise } from '../events/index.ts'
import { everything } from '../list-query/index.ts'
import {
  createWebhookPolicy,
  type Delivery,
  deliverWebhooksNow,
  listWebhookDeliveries,
  type PolicyInput,
  webhookSubscriber,
} from './index.ts'
import { type Receiver, startReceiver } from './receiver.fixture.ts'

export const HOUR_MS = 3_600_000
export const digest = 'sha256:'.padEnd(71, 'a')
export const at = new Date('2026-11-21T12:00:00.000Z')

export interface Told {
  type?: 'artifact.pushed' | 'artifact.pulled' | 'artifact.deleted' | 'tag.created' | 'quota.exceeded'
  repository?: string
  tag?: string | null
  payload?: Record<string, unknown>
}

/** For tests: a database with a project and a receiver that are new for each test, and a clock that can be put on. */
export class Harbour {
  core!: Core
  receiver!: Receiver
  projectId = 0
  project = ''
  private offsetMs = 0
  databaseUrl = ''
  private readonly cores: Core[] = []

  constructor(testDatabase: () => Promise<{ url: string; drop(): Promise<void> }>) {
    let database: { url: string; drop(): Promise<void> }
    beforeAll(async () => {
      database = await testDatabase()
      this.databaseUrl = database.url
      this.core = this.open()
    })
    afterAll(async () => {
      await Promise.all(this.cores.map((each) => each.close()))
      await database.drop()
    })
    beforeEach(async () => {
      const { prisma } = this.core.db
      this.receiver = await startReceiver()
      await prisma.execution.deleteMany()
      await prisma.event.deleteMany()
      await prisma.project.deleteMany()
      await this.addProject()
      await this.configure({
        outbound_allowed_hosts: '127.0.0.0/8',
        webhook_max_attempts: 3,
        webhook_disable_after: 0,
      })
    })
    afterEach(() => this.receiver.close())
  }

  /** One more node over the same database. */
  open(): Core {
    const opened = createCore({
      databaseUrl: this.databaseUrl,
      secretKey: 'a secret key of thirty-two characters',
      externalUrl: 'http://localhost:8080',
      registryUrl: 'http://127.0.0.1:9',
      poolSize: 8,
      now: () => Date.now() + this.offsetMs,
    })
    this.cores.push(opened)
    return opened
  }

  later(ms: number): void {
    this.offsetMs += ms
  }

  now(): number {
    return this.core.now()
  }

  /** From now on things happen in it. */
  async addProject(): Promise<void> {
    this.project = `shop${Math.random().toString(36).slice(2)}`
    ;({ id: this.projectId } = await this.core.db.prisma.project.create({ data: { name: this.project } }))
  }

  get ref() {
    return { id: this.projectId }
  }

  async configure(settings: Record<string, unknown>): Promise<void> {
    await updateConfigurations(this.core, SYSTEM, settings)
    for (const each of this.cores)
      for (const name of ['webhooks.limits', 'outbound.allowed']) each.cache(name, 0, 1).clear()
  }

  target(address = this.receiver.url) {
    return { type: 'http', address }
  }

  create(input: PolicyInput = {}): Promise<number> {
    return createWebhookPolicy(this.core, SYSTEM, this.ref, {
      name: `hook ${Math.random()}`,
      eventTypes: ['PUSH_ARTIFACT'],
      targets: [this.target()],
      ...input,
    })
  }

  /** Puts events into the outbox and makes deliveries of them. */
  async happen(...told: Told[]): Promise<void> {
    const { core, project, projectId } = this
    await core.db.transaction((tx) =>
      raise(
        tx,
        ...told.map(({ type = 'artifact.pushed', repository = 'web', tag = 'v1', payload }) => ({
          at,
          type,
          projectId,
          subject: `${project}/${repository}`,
          actorKind: 'user' as const,
          actorId: 1,
          actorName: 'ann',
          requestId: 'request-1',
          payload: payload ?? { repository: `${project}/${repository}`, digest, tag, public: false },
        })),
      ),
    )
    const { failed } = (await dispatchEvents(core, [webhookSubscriber]))!
    expect(failed).toEqual([])
  }

  send(): Promise<void> {
    return deliverWebhooksNow(this.core)
  }

  async deliveries(id: number): Promise<Delivery[]> {
    const query = { ...everything, sort: [{ field: 'id', descending: false }] }
    return (await listWebhookDeliveries(this.core, SYSTEM, this.ref, id, query)).items
  }

  async statuses(id: number): Promise<string[]> {
    return (await this.deliveries(id)).map(({ status }) => status)
  }
}
