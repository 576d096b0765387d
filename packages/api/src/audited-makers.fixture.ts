import { type Core, SYSTEM, type UserActor } from '@berth/core'
import { dispatchEvents, type Subscriber } from '@berth/core/events'
import { createLabel } from '@berth/core/labels'
import { codeAt, stepAt } from '@berth/core/second-factors'
import { signIn } from '@berth/core/sessions'
import { webhookSubscriber } from '@berth/core/webhooks'
import { expect } from 'vitest'
import { PASSWORD, type TestApi } from './api.fixture.ts'

/** An API with `root`, who may do everything, and a project `team`. */
export interface World {
  api: TestApi
  database: { db: Core['db'] }
  /** Pushes an image, and gives its digest. */
  pushImage(repository: string, tag: string): Promise<string>
  clock: { nowMs: number }
}

export type Makers = ReturnType<typeof makersOf>

export const team = { project_name_or_id: 'team' }

/** A rule of immutable tags that no project has yet. */
let rules = 0
export const rule = () => ({
  tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: `release-${++rules}` }],
  scope_selectors: {
    repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }],
  },
})

let count = 0
const next = () => ++count

/** Makes what operations need, under names of its own. */
export function makersOf({ api, pushImage, clock, database }: World) {
  const idOf = (answer: { status: number; text: string; headers: Record<string, string> }): number => {
    expect(answer.status, answer.text).toBe(201)
    return Number(answer.headers.location!.split('/').at(-1))
  }
  const person = (): Promise<UserActor> => api.addUser(`person-${next()}`)
  const session = async (username: string, code?: string): Promise<string> =>
    (
      await signIn(api.core, {
        username,
        password: PASSWORD,
        address: '',
        userAgent: '',
        ...(code && { code }),
      })
    ).secret
  /** A person of a directory whom it does not show any more, with many others. Since when. */
  async function held(): Promise<string> {
    const at = new Date(clock.nowMs)
    const { id } = await person()
    const { prisma } = database.db
    await prisma.user.update({ where: { id }, data: { authSource: 'ldap' } })
    const times = { lookedAt: at, provenAt: at, nextLookAt: at, missingSince: at, heldSince: at }
    await prisma.directoryAccount.create({
      data: { userId: id, externalId: `held-${id}`, dn: 'cn=x', ...times },
    })
    return at.toISOString()
  }
  /** An artifact with a tag, as clients push them. */
  async function artifact(tag = 'v1') {
    const repository = `app-${next()}`
    const reference = await pushImage(`team/${repository}`, tag)
    return {
      path: { project_name: 'team', repository_name: repository, reference },
      name: `team/${repository}`,
    }
  }
  const label = () => createLabel(api.core, SYSTEM, { projectId: null, name: `label-${next()}` })
  const robot = async (level: 'project' | 'system'): Promise<number> => {
    const permissions = [
      { kind: 'project', namespace: 'team', access: [{ resource: 'repository', action: 'pull' }] },
    ]
    const body = { name: `robot-${next()}`, level, duration: 5, permissions }
    return (await api.call('root', 'CreateRobot', { body: body as never })).data.id!
  }
  const trustOf = async (level: 'project' | 'system') => ({
    name: `trust-${next()}`,
    issuer: 'https://ci.example.com',
    claims: { sub: `job-${count}` },
    robot_id: await robot(level),
  })
  const ruleId = async () =>
    idOf(await api.call('root', 'CreateImmuRule', { path: team, body: rule() as never }))
  const member = async () =>
    idOf(
      await api.call('root', 'createProjectMember', {
        path: team,
        body: { role_id: 3, member_user: { username: (await person()).username } },
      }),
    )
  const groupId = async () =>
    idOf(
      await api.call('root', 'createUserGroup', { body: { group_name: `group-${next()}`, group_type: 3 } }),
    )
  const quotaId = async () => (await api.call('root', 'listQuotas')).data[0]!.id!
  const walkId = async () =>
    idOf(await api.call('root', 'startRegistryWalk', { body: { kind: 'plan' } as never }))
  const endWalks = () => database.db.prisma.registryWalk.deleteMany()
  const tokenId = async (as: string) =>
    (await api.call(as, 'createMyAccessToken', { body: { name: `token-${next()}`, scopes: ['pull'] } })).data
      .id!
  const codeOf = (secret: string) => {
    // A code opens nothing twice.
    clock.nowMs += 60_000
    return codeAt(secret, stepAt(clock.nowMs))
  }
  /** Somebody with a second factor, in the session that switched it on. */
  async function withFactor() {
    const { id, username } = await person()
    const at = await session(username)
    const { secret } = (
      await api.call(undefined, 'beginMySecondFactor', {
        ...(await inSession(at)),
        body: { password: PASSWORD },
      })
    ).data as { secret: string }
    const confirmed = await api.call(undefined, 'confirmMySecondFactor', {
      ...(await inSession(at)),
      body: { code: codeOf(secret) },
    })
    expect(confirmed.status, confirmed.text).toBe(200)
    return { id, at, secret }
  }
  async function inSession(secret: string) {
    const cookie = `sid=${secret}`
    const { headers } = await api.raw('GET', '/api/v2.0/ping', { cookie })
    return { headers: { cookie, 'x-harbor-csrf-token': headers['x-harbor-csrf-token']! } }
  }
  const listedSession = async (username: string) => {
    const at = await session(username)
    const list = await api.call(undefined, 'listMySessions', await inSession(at))
    return { at, id: (list.data as { id: string }[])[0]!.id }
  }
  const registry = () => ({
    name: `registry-${next()}`,
    type: 'docker-registry',
    url: api.core.settings.registryUrl,
    credential: { access_key: 'berth', access_secret: 'secret' },
  })
  const registryId = async () => ({
    id: idOf(await api.call('root', 'createRegistry', { body: registry() })),
  })
  const replicationPolicy = async () => ({
    name: `replication-${next()}`,
    dest_registry: await registryId(),
    enabled: true,
    trigger: { type: 'scheduled', trigger_settings: { cron: '0 0 3 * * *' } },
  })
  const replicationPolicyId = async () => ({
    id: idOf(await api.call('root', 'createReplicationPolicy', { body: await replicationPolicy() })),
  })
  /** A replication that somebody stopped before it began, and its task. */
  const stoppedReplication = async () => {
    const body = { policy_id: (await replicationPolicyId()).id }
    const id = idOf(await api.call('root', 'startReplication', { body }))
    await api.call('root', 'stopReplication', { path: { id } })
    const task = await database.db.prisma.task.findFirstOrThrow({ where: { executionId: id } })
    return { id, task_id: Number(task.id) }
  }
  const destination = () => ({ name: `log-${next()}`, kind: 'http', address: 'http://127.0.0.1:9/' }) as const
  const destinationAt = async () => {
    const made = await api.call('root', 'createAuditDestination', { body: destination() })
    return { audit_destination_id: idOf(made) }
  }
  const webhookId = async () => {
    const targets = [{ type: 'http', address: 'https://hooks.example.com/' }]
    const body = { name: `webhook-${next()}`, enabled: true, event_types: ['PUSH_ARTIFACT'], targets }
    return idOf(await api.call('root', 'CreateWebhookPolicyOfProject', { path: team, body: body as never }))
  }
  /** A webhook with a delivery that was given up. */
  const deadDelivery = async () => {
    const policyId = await webhookId()
    await artifact()
    await dispatchEvents(api.core, [webhookSubscriber])
    await database.db.query(
      "UPDATE webhook_deliveries SET status = 'dead', due_at = NULL WHERE policy_id = ?",
      [policyId],
    )
    const [row] = await database.db.query<{ id: number }>(
      'SELECT id FROM webhook_deliveries WHERE policy_id = ? ORDER BY id LIMIT 1',
      [policyId],
    )
    return { ...team, webhook_policy_id: policyId, delivery_id: row!.id }
  }
  /** An event that somebody could not take. */
  const failureId = async () => {
    await label()
    const broken: Subscriber = {
      name: `broken-${next()}`,
      types: ['label.created'],
      take: () => Promise.reject(new Error('no')),
    }
    await dispatchEvents(api.core, [broken])
    const where = { subscriber: broken.name }
    return Number((await database.db.prisma.eventFailure.findFirstOrThrow({ where })).id)
  }
  return {
    next,
    failureId,
    registry,
    registryId,
    replicationPolicy,
    replicationPolicyId,
    stoppedReplication,
    destination,
    destinationAt,
    webhookId,
    deadDelivery,
    idOf,
    person,
    held,
    session,
    artifact,
    label,
    robot,
    trustOf,
    ruleId,
    member,
    groupId,
    quotaId,
    walkId,
    endWalks,
    tokenId,
    codeOf,
    withFactor,
    inSession,
    listedSession,
  }
}
