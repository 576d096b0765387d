import type { Schemas } from '@berth/contract'
import { DomainError, type ListQuery } from '@berth/core'
import {
  createRobot,
  deleteRobot,
  getRobot,
  listRobots,
  type Robot,
  type RobotChange,
  refreshSecret,
  updateRobot,
} from '@berth/core/robots'
import type { Handlers } from './handler.ts'
import { toId } from './references.ts'
import { created, done, ok, page } from './replies.ts'

const secondsOf = (time: Date | null): number => (time === null ? -1 : Math.floor(time.getTime() / 1000))

/** Field by field: a new column must never leave by itself. */
const presentRobot = (robot: Robot): Schemas['Robot'] => ({
  id: robot.id,
  name: robot.name,
  description: robot.description,
  level: robot.projectId === null ? 'system' : 'project',
  duration: robot.durationDays,
  editable: true,
  disable: robot.disabled,
  expires_at: secondsOf(robot.expiresAt),
  permissions: robot.permissions.map(({ repositories, ...permission }) => ({
    ...permission,
    ...(repositories && { repositories }),
  })),
  creator_type: robot.creatorType,
  creator_ref: robot.creatorId,
  creation_time: robot.createdAt.toISOString(),
  update_time: robot.updatedAt.toISOString(),
  ...(robot.lastUsedAt && { last_used_at: robot.lastUsedAt.toISOString() }),
})

/** Exactly what may be set; a secret, an id, a creator or a date in the body has no effect. */
const changeOf = (body: Schemas['Robot'] | Schemas['RobotCreate']): RobotChange => ({
  description: body.description,
  durationDays: body.duration ?? undefined,
  disabled: body.disable,
  permissions: body.permissions,
})

/** `q=Level=project,ProjectID=1` in Harbor's way; without it, the robots of the system. */
function spaceOf({ filters }: ListQuery): number | null {
  const exact = (field: string) => {
    const filter = filters.find((entry) => entry.field === field)
    return filter?.match === 'exact' ? filter.value : undefined
  }
  const level = exact('level') ?? 'system'
  if (level === 'system') return null
  const projectId = exact('project_id')
  if (level !== 'project') throw new DomainError('BAD_REQUEST', 'Level must be project or system')
  if (projectId === undefined || !/^\d{1,15}$/.test(projectId))
    throw new DomainError(
      'BAD_REQUEST',
      'robots of a project are asked for with Level=project,ProjectID=<id>',
    )
  return toId(Number(projectId))
}

export const robots: Handlers<
  'ListRobot' | 'CreateRobot' | 'GetRobotByID' | 'UpdateRobot' | 'RefreshSec' | 'DeleteRobot'
> = {
  async ListRobot(context) {
    const { core, actor } = context
    const query = context.listQuery()
    return page(context, query, await listRobots(core, actor, spaceOf(query), query), presentRobot)
  },

  async CreateRobot(context) {
    const { core, actor, body } = context
    const { level, name, secret: chosen } = body
    const input = { ...changeOf(body), level, name, secret: chosen }
    const { robot, secret } = await createRobot(core, actor, input)
    return {
      ...created(context, robot.id),
      body: {
        id: robot.id,
        name: robot.name,
        secret,
        creation_time: robot.createdAt.toISOString(),
        expires_at: secondsOf(robot.expiresAt),
      },
    }
  },

  async GetRobotByID({ core, actor, path }) {
    return ok(presentRobot(await getRobot(core, actor, toId(path.robot_id))))
  },

  async UpdateRobot({ core, actor, path, body }) {
    const { level, name } = body
    await updateRobot(core, actor, toId(path.robot_id), { ...changeOf(body), level, name })
    return done()
  },

  async RefreshSec({ core, actor, path, body }) {
    return ok({ secret: await refreshSecret(core, actor, toId(path.robot_id), body.secret) })
  },

  async DeleteRobot({ core, actor, path }) {
    await deleteRobot(core, actor, toId(path.robot_id))
    return done()
  },
}
