import { SYSTEM } from '@berth/core'
import { grantableInProjects } from '@berth/core/permissions'
import { createRobot } from '@berth/core/robots'
import { groupTypes, replaceMemberships } from '@berth/core/user-groups'
import { afterAll, beforeAll, expect } from 'vitest'
import { openTestApi, PASSWORD, type TestApi } from './api.fixture.ts'

/** Projects with images inside and outside `in/**`, and accounts that are limited to that. */

export const LIMIT = ['in/**']
export const DIGEST = 'sha256:'.padEnd(71, 'a')
/** All that can be granted to a robot with a limit. */
export const deeds = grantableInProjects.filter(
  ({ resource, action }) =>
    ![
      'immutable-tag',
      'tag-retention',
      'preheat-policy',
      'export-cve',
      'log',
      'notification-policy',
    ].includes(resource) && !(resource === 'label' && (action === 'update' || action === 'delete')),
)

export const limited = ['limited', 'grouped', 'robot$closed+limited', 'robot$limited']
export const wholeOf = (who: string) => (who.startsWith('robot') ? 'robot$closed+whole' : 'whole')

interface Database {
  url: string
  db: TestApi['core']['db']
  drop(): Promise<void>
}

export let database: Database
export let api: TestApi
let standsAtMs: number | undefined

/** No time passes any more: what is remembered for some seconds stays so. */
export const stopClock = (): void => {
  standsAtMs = Date.now()
}

/** One world for the tests of a file. */
export function prepareLimited(testDatabase: () => Promise<Database>): void {
  beforeAll(async () => {
    database = await testDatabase()
    api = await openTestApi(database.url, { now: () => standsAtMs ?? Date.now() })
    await populateLimited(api)
  })
  afterAll(async () => {
    await api.close()
    await database.drop()
  })
}

async function populateLimited(api: TestApi): Promise<void> {
  await api.addUser('root', { sysadmin: true })
  const closed = await api.addProject('closed')
  const open = await api.addProject('open', { public: true })
  for (const name of ['limited', 'whole', 'grouped']) await api.addUser(name)
  for (const name of ['closed', 'open']) {
    await addMember(api, name, { role_id: 4, member_user: { username: 'limited' }, repositories: LIMIT })
    await addMember(api, name, { role_id: 4, member_user: { username: 'whole' } })
    const group = { group_type: 3, group_name: 'limited-group' }
    await addMember(api, name, { role_id: 4, member_group: group, repositories: LIMIT })
  }
  const { data } = await api.call('root', 'searchUsers', { query: { username: 'grouped' } })
  await api.core.db.transaction((tx) =>
    replaceMemberships(api.core, tx, data[0]!.user_id!, groupTypes.oidc, [{ name: 'limited-group' }]),
  )
  for (const [project, id] of [
    ['closed', closed],
    ['open', open],
  ] as const)
    for (const path of ['in/app', 'in/deep/app', 'inner', 'out/app', 'in'])
      await addImage(api, id, `${project}/${path}`)
  const common = { secret: PASSWORD, durationDays: 1 }
  const permission = { kind: 'project', access: deeds }
  const add = (input: Parameters<typeof createRobot>[2]) =>
    createRobot(api.core, SYSTEM, { ...common, ...input })
  const at = (namespace: string, repositories?: string[]) => [{ ...permission, namespace, repositories }]
  await add({ level: 'project', name: 'limited', permissions: at('closed', LIMIT) })
  await add({ level: 'project', name: 'whole', permissions: at('closed') })
  await add({ level: 'system', name: 'limited', permissions: at('*', LIMIT) })
}

export async function addMember(api: TestApi, project: string, body: Record<string, unknown>) {
  const answer = await api.call('root', 'createProjectMember', {
    path: { project_name_or_id: project },
    body,
  })
  expect(answer.status).toBe(201)
}

async function addImage(api: TestApi, projectId: number, name: string): Promise<void> {
  const { prisma } = api.core.db
  const { id: repositoryId } = await prisma.repository.create({
    data: { projectId, name, artifactCount: 1, suffixes: { create: suffixes(projectId, name) } },
  })
  const artifact = { projectId, repositoryId }
  const { id: artifactId } = await prisma.artifact.create({
    data: {
      ...artifact,
      digest: DIGEST,
      type: 'IMAGE',
      mediaType: 'application/vnd.oci.image.config.v1+json',
      manifestMediaType: 'application/vnd.oci.image.manifest.v1+json',
      manifestSizeBytes: 1,
      sizeBytes: 1n,
      annotations: { purpose: 'needle' },
      extraAttrs: {},
    },
  })
  await prisma.tag.create({ data: { ...artifact, artifactId, name: 'needle', nameKey: 'needle' } as never })
  await prisma.artifactTerm.create({ data: { artifactId, position: 0, projectId, term: 'needle' } })
  await prisma.project.update({ where: { id: projectId }, data: { repositoryCount: { increment: 1 } } })
}
const suffixes = (projectId: number, name: string) => [
  { position: 0, projectId, withinWord: false, suffix: name },
]
