import { SYSTEM } from '@berth/core'
import { roleIds } from '@berth/core/authorization'
import { createMember } from '@berth/core/members'
import { grantableInProjects, grantableInSystem } from '@berth/core/permissions'
import { createRobot } from '@berth/core/robots'
import { PASSWORD, ROLES, type TestApi } from '../api.fixture.ts'
import { looking, type Who } from './everybody.fixture.ts'

/** Everybody, a private project `closed` and a public one `open`, each with one image, and a robot to delete for each who may. */

export const DIGEST = 'sha256:'.padEnd(71, 'a')

export interface RobotIds {
  machine: number
  spare: number[]
}

export async function populate(api: TestApi): Promise<RobotIds> {
  await api.addUser('sysadmin', { sysadmin: true })
  await api.addUser('outsider')
  await api.addUser('limitedMember')
  for (const name of ['closed', 'open']) {
    const id = await api.addProject(name, { public: name === 'open', members: ROLES })
    await addImage(api, id, `${name}/app`)
    const limited = { roleId: roleIds.maintainer, username: 'limitedMember', repositories: ['*'] }
    await createMember(api.core, SYSTEM, { id }, limited)
  }
  await api.core.db.prisma.label.create({ data: { space: 0, name: 'global' } })
  return addRobots(api)
}

async function addImage({ core }: TestApi, projectId: number, name: string): Promise<void> {
  const { prisma } = core.db
  const { id: repositoryId } = await prisma.repository.create({ data: { projectId, name } })
  const { id: artifactId } = await prisma.artifact.create({
    data: {
      projectId,
      repositoryId,
      digest: DIGEST,
      type: 'IMAGE',
      mediaType: 'application/vnd.oci.image.config.v1+json',
      manifestMediaType: 'application/vnd.oci.image.manifest.v1+json',
      manifestSizeBytes: 1,
      sizeBytes: 1n,
      annotations: {},
      extraAttrs: {},
    },
  })
  await prisma.tag.create({ data: { repositoryId, artifactId, name: 'v1' } })
}

async function addRobots(api: TestApi): Promise<RobotIds> {
  const common = { secret: PASSWORD, durationDays: 1 }
  const inProject = (namespace: string, access = grantableInProjects) => ({
    kind: 'project',
    namespace,
    access,
  })
  const systemWide = { kind: 'system', namespace: '/', access: grantableInSystem }
  const add = async (input: Parameters<typeof createRobot>[2]) =>
    (await createRobot(api.core, SYSTEM, { ...common, ...input })).robot.id
  for (const project of ['closed', 'open'])
    await add({ level: 'project', name: 'robot', permissions: [inProject(project)] })
  const machines = [systemWide, inProject('*', looking)]
  const machineId = await add({ level: 'system', name: 'machine', permissions: machines })
  await api.addProject('elsewhere')
  await add({ level: 'system', name: 'bare', permissions: [inProject('elsewhere')] })
  const spare: number[] = []
  for (const name of ['spare-1', 'spare-2'])
    spare.push(await add({ level: 'system', name, permissions: [systemWide] }))
  return { machine: machineId, spare }
}

export const usernameOf = (who: Who, project: string): string | undefined =>
  who === 'anonymous'
    ? undefined
    : who === 'projectRobot'
      ? `robot$${project}+robot`
      : (({ systemRobot: 'robot$machine', bareRobot: 'robot$bare' } as Partial<Record<Who, string>>)[who] ??
        who)
