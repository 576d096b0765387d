import type { EventTransaction, OutboxEvent, Subscriber } from '../events/index.ts'
import { canSendMail } from '../mail/index.ts'
import type { News, NoticeFacts } from './model.ts'
import { clearNews, insertNews } from './store.ts'

/** Tells people of what has happened: of how full a project is once a day, of a webhook each time that it is disabled, of replications that fail until they go well. */
export const noticeSubscriber: Subscriber = {
  name: 'notices',
  types: [
    'quota.warned',
    'quota.exceeded',
    'webhook.disabled',
    'directory_hold.started',
    'replication.failed',
    'replication.recovered',
  ],
  async take(core, tx, events) {
    const mails = await canSendMail(core)
    for (const event of events) {
      if (Object.hasOwn(ofSystem, event.type)) {
        await ofSystem[event.type as keyof typeof ofSystem](tx, event, mails)
        continue
      }
      const project = await tx.project.findUnique({
        where: { id: event.projectId ?? 0 },
        select: { name: true },
      })
      // The project may be gone by now: nobody is left to be told.
      const news = project && toNews(event, project.name)
      if (news) await insertNews(tx, news, mails)
    }
  },
}

const kinds = {
  'quota.warned': 'quota_warning',
  'quota.exceeded': 'quota_exceeded',
  'webhook.disabled': 'webhook_disabled',
} as const

function toNews({ id, type, at, projectId, payload }: OutboxEvent, project: string): News | undefined {
  if (projectId === null || !Object.hasOwn(kinds, type)) return undefined
  const kind = kinds[type as keyof typeof kinds]
  const time = kind === 'webhook_disabled' ? `event ${id}` : at.toISOString().slice(0, 10)
  return {
    kind,
    projectId,
    at,
    subjectKey: `${kind}:${projectId}:${time}`,
    facts: factsOf(project, payload),
  }
}

/** While it stays so people are told once, and not any more when it went well again. */
const failureNews = ({ at, payload }: OutboxEvent): News => {
  const { policyId, policyName, executionId, tasks, since } = payload
  return {
    kind: 'replication_failed',
    at,
    subjectKey: `${failuresOf(policyId)}${since}`.slice(0, 128),
    facts: {
      name: typeof policyName === 'string' ? policyName : '',
      tasks: typeof tasks === 'number' ? tasks : 0,
      ...(typeof policyId === 'number' && { policyId }),
      ...(typeof executionId === 'number' && { executionId }),
    },
  }
}
const failuresOf = (policyId: unknown) => `replication_failed:${policyId}:`

const ofSystem = {
  'directory_hold.started': (tx: EventTransaction, event: OutboxEvent, mails: boolean) =>
    insertNews(tx, holdNews(event), mails),
  'replication.failed': (tx: EventTransaction, event: OutboxEvent, mails: boolean) =>
    insertNews(tx, failureNews(event), mails),
  'replication.recovered': (tx: EventTransaction, { at, payload }: OutboxEvent) =>
    clearNews(tx, 'replication_failed', failuresOf(payload.policyId), at),
} as const

/** Told each time that it is raised: when people are held, and when their number doubles. */
const holdNews = ({ at, payload: { people, until } }: OutboxEvent): News => ({
  kind: 'directory_hold',
  at,
  subjectKey: `directory_hold:${at.toISOString()}`,
  facts: {
    people: typeof people === 'number' ? people : 0,
    ...(typeof until === 'string' && { expiresAt: until }),
  },
})

function factsOf(project: string, payload: Record<string, unknown>): NoticeFacts {
  const text = (value: unknown) => (typeof value === 'string' ? value.slice(0, 255) : undefined)
  const number = (value: unknown) => (typeof value === 'number' ? value : undefined)
  const facts: NoticeFacts = {
    project,
    name: text(payload.policyName),
    usedBytes: number(payload.usedBytes),
    limitBytes: number(payload.limitBytes),
  }
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined))
}
