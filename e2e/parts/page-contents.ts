import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { administrator } from '@berth/testing/berth'
import { type Client, idOf } from './api-client.ts'
import { expect, type Journey, type Team } from './journey.ts'
import { addPolicy, addRegistry, startRun } from './replicating.ts'
import { Samples } from './samples.ts'
import { Skopeo } from './skopeo.ts'

/** Ids of a robot and a trust each, of a person who is signed in and has a token, of a webhook, of a registry,
 * and of replication policies: a run that failed and one of its tasks, and a run that was skipped. */
export const robots = { project: 0, system: 0 }
export const trusts = { project: 0, system: 0 }
export const person = { id: 0 }
export const webhook = { id: 0 }
export const registry = { id: 0, unhealthy: 0 }
export const replication = { policy: 0, run: 0, task: 0, single: 0, skipped: 0 }

/** A team that has pushed an image, with something to show on every page. */
export async function fillPages(journey: Journey): Promise<Team> {
  const team = await journey.createTeam('public')
  const push = await new Skopeo(journey.berth.url, team.developer).push(
    `${journey.image.layout.folder}:latest`,
    `${team.project}/tools/busybox:1.0`,
  )
  expect(push, push.stderr).toMatchObject({ code: 0 })
  await fill(journey, team)
  await makeRobots(journey, team)
  await journey.api(team.guest).call('createMyAccessToken', {
    body: { name: 'laptop', scopes: ['pull', 'api:read'], projects: [team.project] },
  })
  const { data: found } = await journey.admin.call('listUsers', {
    query: { q: `username=${team.guest.username}` },
  })
  person.id = found[0]?.user_id ?? 0
  const { headers } = await journey.admin.call('CreateWebhookPolicyOfProject', {
    path: { project_name_or_id: team.project },
    body: {
      name: 'deploy',
      enabled: true,
      event_types: ['PUSH_ARTIFACT', 'QUOTA_EXCEED'],
      targets: [{ type: 'http', address: 'https://ci.example.com/hook', auth_header: 'Bearer x' }],
      repository_filter: 'tools/**',
    },
  })
  webhook.id = idOf({ headers })
  const other = await journey.admin.call('createRegistry', {
    body: {
      name: `other-${team.project}`,
      type: 'berth',
      url: journey.berth.url,
      description: 'the other site',
    },
  })
  registry.id = idOf(other)
  registry.unhealthy = await addUnhealthy(journey, team)
  await replicate(journey, team)
  return team
}

/** A registry that answered when it was added, and is gone when it is looked at again. */
async function addUnhealthy({ admin }: Journey, { project }: Team): Promise<number> {
  const server = createServer((_, answer) => answer.end('{}'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const id = await addRegistry(admin, { name: `gone-${project}`, url })
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await expect(admin.call('pingRegistry', { body: { id } })).rejects.toMatchObject({ status: 400 })
  return id
}

/** Registries and a policy to each, until the map has so many beside this Berth. */
export async function addNeighbours({ admin, berth }: Journey, count: number): Promise<void> {
  const { data: known } = await admin.call('listRegistries', { query: { page_size: 100 } })
  for (let number = known.length + 1; number <= count; number++) {
    const dest_registry = {
      id: await addRegistry(admin, { type: 'berth', name: `site ${number}`, url: berth.url }),
    }
    await addPolicy(admin, 'team/**', { name: `to site ${number}`, dest_registry })
  }
}

/** A run that did not begin, since the one before it waits. */
async function skip(admin: Client, policyId: number): Promise<number> {
  const path = { job_type: 'REPLICATION' }
  await admin.call('actionPendingJobs', { path, body: { action: 'pause' } })
  try {
    await startRun(admin, policyId)
    return await startRun(admin, policyId)
  } finally {
    await admin.call('actionPendingJobs', { path, body: { action: 'resume' } })
  }
}

/** One policy whose run arrived, one that has no project to go to, and one with a run that was skipped. */
async function replicate({ admin, berth }: Journey, { project }: Team): Promise<void> {
  const there = await admin.call('createRegistry', {
    body: {
      name: `copies-${project}`,
      type: 'docker-registry',
      url: berth.url,
      credential: { access_key: administrator.username, access_secret: administrator.password },
    },
  })
  const policy = {
    dest_registry: { id: idOf(there) },
    filters: [{ type: 'name', value: `${project}/tools/*` }],
    override: true,
    enabled: true,
  }
  const start = async (name: string, namespace: string) => {
    const made = await admin.call('createReplicationPolicy', {
      body: {
        ...policy,
        name: `${name}-${project}`,
        dest_namespace: namespace,
        trigger: { type: 'scheduled', trigger_settings: { cron: '0 30 4 * * 1' } },
      },
    })
    const run = await admin.call('startReplication', { body: { policy_id: idOf(made) } })
    return { policy: idOf(made), run: idOf(run) }
  }
  const runs = [await start('inside', `${project}/copies`), await start('outside', `gone-${project}`)]
  Object.assign(replication, runs[1])
  for (const { run } of runs)
    await expect
      .poll(async () => (await admin.call('getReplicationExecution', { path: { id: run } })).data.end_time, {
        timeout: 60_000,
      })
      .toBeDefined()
  const [failed] = (await admin.call('listReplicationTasks', { path: { id: replication.run } })).data
  replication.task = failed!.id!
  replication.single = idOf(
    await admin.call('createReplicationPolicy', {
      body: { ...policy, name: `single-${project}`, single_active_replication: true },
    }),
  )
  replication.skipped = await skip(admin, replication.single)
}

async function makeRobots({ admin }: Journey, { project }: Team): Promise<void> {
  const access = [{ resource: 'repository', action: 'pull' }]
  const place = { kind: 'project', namespace: project, access }
  const outside = { kind: 'system', namespace: '/', access: [{ resource: 'quota', action: 'list' }] }
  for (const [level, permissions] of [
    ['project', [place]],
    ['system', [place, outside]],
  ] as const) {
    const { data } = await admin.call('CreateRobot', {
      body: { name: `pages-${project}`, level, duration: 3, permissions: [...permissions] },
    })
    robots[level] = data.id ?? 0
  }
  const trust = {
    name: 'main branch',
    issuer: 'https://ci.example.com',
    claims: { sub: 'repo:team/app:ref:refs/heads/main' },
  }
  const made = [
    await admin.call('createSystemIdentityTrust', { body: { ...trust, robot_id: robots.system } }),
    await admin.call('createIdentityTrust', {
      path: { project_name_or_id: project },
      body: { ...trust, robot_id: robots.project },
    }),
  ]
  const [ofSystem, ofProject] = made.map(idOf)
  Object.assign(trusts, { system: ofSystem, project: ofProject })
  await admin.call('createUserGroup', { body: { group_name: `group-${project}`, group_type: 3 } })
  await admin.call('createProjectMember', {
    path: { project_name_or_id: project },
    body: {
      role_id: 2,
      member_group: { group_name: `group-${project}`, group_type: 3 },
      repositories: ['backend/**', 'tools/*', 'docs'],
    },
  })
}

/** Labels in light, dark and no colour, a chart, and what tools attach to an image. */
async function fill(journey: Journey, { project, developer }: Team): Promise<void> {
  const samples = await Samples.open(journey, developer)
  const busybox = `${project}/tools/busybox`
  await samples.chart(`${project}/tools/web:1.2.3`)
  const [platform] = journey.image.platforms
  if (!platform) throw new Error('the image has no platform')
  await samples.signature(busybox, platform)
  await samples.attachment(busybox, 'application/spdx+json', platform)
  await samples.close()
  const { data: found } = await journey.admin.call('getProject', {
    path: { project_name_or_id: project },
    headers: { 'X-Is-Resource-Name': true },
  })
  const path = { project_name: project, repository_name: 'tools/busybox' }
  for (const [name, color] of [
    ['tested', '#14804a'],
    ['do not use', '#ffff00'],
    ['plain', ''],
  ]) {
    const place = { scope: 'p', project_id: found.project_id }
    const id = idOf(await journey.admin.call('CreateLabel', { body: { name, color, ...place } }))
    for (const reference of ['1.0', platform.digest])
      await journey.admin.call('addLabel', { path: { ...path, reference }, body: { id } })
  }
  await journey.admin.call('CreateLabel', { body: { name: `global-${project}`, color: '#c2417c' } })
}
