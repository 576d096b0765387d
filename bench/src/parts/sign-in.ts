import { type Openldap, startOpenldap } from '@berth/testing/openldap'
import { load } from '../load/load.ts'
import { sideBySide, throughputLine } from '../side-by-side.ts'
import type { Line } from '../table.ts'
import { basic, openWorld, type World } from '../world/world.ts'
import type { Part } from './part.ts'

const connections = 16
const many = 200
const atOnce = 1_000
const goal = { atLeast: 0.5 }
/** Of 1,000 first sign-ins at once, the one that waits longest but ten. */
const longestGoalMs = 10_000
const groupCount = 20
const groupsEach = 3
const project = 'bench-sign-in'
const password = 'Bench-Person-1'
const uid = (index: number) => `person-${String(index + 1).padStart(4, '0')}`
type Callers = Record<string, string>[]

/** Tokens for 200 people of a directory and for 200 robots, against anonymous ones; 1,000 people's first sign-in at once. */
export const signIn: Part = async ({ pace, say }) => {
  say(`starting a directory of ${many + atOnce} people`)
  const directory = await startOpenldap({ entries: [...people(many + atOnce), ...groups(many + atOnce)] })
  const world = await openWorld().catch(async (error) => {
    await directory.stop()
    throw error
  })
  try {
    await useDirectory(world, directory)
    await world.api.call('createProject', { body: { project_name: project, metadata: { public: 'true' } } })
    const url = `${world.url}/service/token?service=berth-registry&scope=repository:${project}/app:pull`
    const side = (callers?: Callers) => ({
      request: { url, ...(callers && { callers }) },
      pids: [world.pids.gateway],
    })
    const lines: Line[] = []
    say(`${atOnce} first sign-ins at once`)
    lines.push(await firstSignIns(url, signInsOf(many, atOnce)))
    const cases: [what: string, callers: Callers][] = [
      [`token, ${many} people of a directory in turn`, signInsOf(0, many)],
      [`token, ${many} robots in turn`, await robots(world)],
    ]
    for (const [what, callers] of cases) {
      // From here on their passwords are remembered; what the first time costs is measured above.
      await load({ url, callers }, { connections: 8, seconds: 120, once: true })
      const comparison = await sideBySide(side(callers), side(), connections, pace)
      lines.push(throughputLine({ part: 'sign-in', what, goal }, comparison))
    }
    return lines
  } finally {
    await world.berth.stop()
    await directory.stop()
  }
}

const people = (count: number) => [
  { dn: 'ou=people,dc=example,dc=com', attributes: { objectClass: 'organizationalUnit', ou: 'people' } },
  ...Array.from({ length: count }, (_, index) => ({
    dn: `uid=${uid(index)},ou=people,dc=example,dc=com`,
    attributes: {
      objectClass: 'inetOrgPerson',
      uid: uid(index),
      cn: `Person ${index + 1}`,
      sn: 'Person',
      mail: `${uid(index)}@example.com`,
      userPassword: password,
    },
  })),
]

/** Each person is in three of them. */
const groups = (peopleCount: number) => [
  { dn: 'ou=groups,dc=example,dc=com', attributes: { objectClass: 'organizationalUnit', ou: 'groups' } },
  ...Array.from({ length: groupCount }, (_, group) => ({
    dn: `cn=group-${group},ou=groups,dc=example,dc=com`,
    attributes: {
      objectClass: 'groupOfNames',
      cn: `group-${group}`,
      member: Array.from({ length: peopleCount }, (_, index) => index)
        .filter((index) => (index + group) % groupCount < groupsEach)
        .map((index) => `uid=${uid(index)},ou=people,dc=example,dc=com`),
    },
  })),
]

async function useDirectory(world: World, directory: Openldap): Promise<void> {
  await world.api.call('updateConfigurations', {
    body: {
      auth_mode: 'ldap_auth',
      ldap_url: directory.url,
      ldap_base_dn: 'ou=people,dc=example,dc=com',
      ldap_search_dn: directory.admin.dn,
      ldap_search_password: directory.admin.password,
      ldap_uid: 'uid',
      ldap_scope: 2,
      ldap_start_tls: true,
      ldap_ca: directory.authority.certificatePem,
      ldap_group_base_dn: 'ou=groups,dc=example,dc=com',
      ldap_group_attribute_name: 'cn',
      ldap_group_source: 'member',
      ldap_group_member_attributes: 'member',
    },
  })
}

const signInsOf = (from: number, count: number): Callers =>
  Array.from({ length: count }, (_, index) => ({ authorization: basic(uid(from + index), password) }))

async function robots(world: World): Promise<Callers> {
  const callers: Callers = []
  for (let index = 0; index < many; index++) {
    const access = [{ resource: 'repository', action: 'pull' }]
    const { data } = await world.api.call('CreateRobot', {
      body: {
        name: `bench-${index + 1}`,
        level: 'system',
        duration: -1,
        permissions: [{ kind: 'project', namespace: project, access }],
      },
    })
    callers.push({ authorization: basic(data.name!, data.secret!) })
  }
  return callers
}

/** Each has a connection of its own, and nobody has signed in before. */
async function firstSignIns(url: string, callers: Callers): Promise<Line> {
  const { requests, elapsedSeconds, p50Ms, p99Ms } = await load(
    { url, callers },
    { connections: callers.length, seconds: 120, once: true },
  )
  if (requests !== callers.length) throw new Error(`${requests} of ${callers.length} people signed in`)
  return {
    part: 'sign-in',
    what: `${callers.length} people sign in for the first time at once, through the directory`,
    berth: `p99 ${(p99Ms / 1_000).toFixed(1)} s`,
    against: `${longestGoalMs / 1_000} s`,
    ratio: { median: p99Ms / longestGoalMs, min: p99Ms / longestGoalMs, max: p99Ms / longestGoalMs },
    goal: { atMost: 1 },
    note: `all in ${elapsedSeconds.toFixed(1)} s, ${(requests / elapsedSeconds).toFixed(0)}/s; p50 ${(p50Ms / 1_000).toFixed(1)} s`,
  }
}
