import { type AuditEvent, type AuditLine, oldAndNew } from '../audit/index.ts'
import { forgetRobot, hashChosenSecret, hashMadeSecret, makeRobotSecret } from '../authentication/index.ts'
import {
  type Action,
  type Actor,
  authorize,
  authorizeSystem,
  deed,
  may,
  mayInSystem,
  projectFacts,
  refusal,
} from '../authorization/index.ts'
import { readConfiguration, robotNamePrefix } from '../configurations/index.ts'
import type { Core } from '../context/index.ts'
import { badRequest, conflict, notFound } from '../errors/index.ts'
import type { ListQuery, Page } from '../list-query/index.ts'
import { authorizeGiving, grantsFor, grantsLeft } from './grants.ts'
import {
  DAY_MS,
  FOR_EVER,
  type NewRobot,
  parseChosenSecret,
  parseDescription,
  parseDuration,
  parseLevel,
  parseRobotName,
  type Robot,
  type RobotChange,
} from './model.ts'
import { heldBy, isWithin, namespaceOf, parsePermissions, type Wish } from './rules.ts'
import { insertRobot, readRobot, readRobots, removeRobot, updateRobotRow, updateSecret } from './store.ts'

/** Null: those of the system. @throws DomainError UNAUTHORIZED, FORBIDDEN */
export async function listRobots(
  core: Core,
  actor: Actor,
  projectId: number | null,
  query: ListQuery,
): Promise<Page<Robot>> {
  await authorizeSpace(core, actor, 'list', projectId)
  const prefix = await robotNamePrefix(core)
  const { items, total } = await readRobots(core, projectId, query)
  return { items: items.map((robot) => ({ ...robot, name: prefix + robot.name })), total }
}

/** @throws DomainError UNAUTHORIZED, FORBIDDEN; NOT_FOUND also for those who may not see it */
export async function getRobot(core: Core, actor: Actor, id: number): Promise<Robot> {
  const robot = await findRobot(core, actor, 'read', id)
  return { ...robot, name: (await robotNamePrefix(core)) + robot.name }
}

/**
 * Gives the robot and its secret, which nothing gives a second time.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, DENIED (more than the actor holds), BAD_REQUEST, CONFLICT, NOT_FOUND
 */
export async function createRobot(
  core: Core,
  actor: Actor,
  input: NewRobot,
): Promise<{ robot: Robot; secret: string }> {
  if (actor.kind === 'anonymous') throw refusal(actor)
  const level = parseLevel(input.level)
  const permissions = input.permissions ?? []
  const project = level === 'project' ? await ownProject(core, actor, namespaceOf(permissions)) : undefined
  if (!project) authorizeSystem(actor, 'create', 'robot')
  const name = parseRobotName(input.name, project?.name)
  const wish = parsePermissions(level, permissions)
  const description = parseDescription(input.description ?? '')
  const durationDays = parseDuration(
    input.durationDays ?? (await readConfiguration(core, 'robot_token_duration')),
  )
  const chosen = input.secret ? parseChosenSecret(input.secret) : undefined
  const createdAt = new Date(core.now())
  const expiresAt = expiryOf(createdAt, durationDays)
  authorizeGiving(actor, expiresAt)
  const grants = await grantsFor(core, actor, wish)
  const { secret, secretHash } = await newSecret(core, chosen)
  const creator = creatorOf(actor)
  const id = await insertRobot(
    core,
    {
      ...creator,
      name,
      description,
      secretHash,
      durationDays,
      expiresAt,
      createdAt,
      projectId: project?.id ?? null,
      disabled: input.disabled ?? false,
    },
    grants,
    {
      resourceType: 'robot',
      action: 'create',
      actor,
      resource: (await robotNamePrefix(core)) + name,
      projectId: project?.id ?? null,
      detail: { level, duration: durationDays, permissions: summaryOf(wish) },
    },
  )
  if (id === 'taken') throw conflict('a robot with this name exists already')
  const robot = id === 'missing' ? undefined : await readRobot(core, id)
  if (!robot) throw notFound('project')
  return { robot: { ...robot, name: (await robotNamePrefix(core)) + robot.name }, secret }
}

/**
 * Absent fields stay. `name` and `level` are there to be compared only. To disable it, to shorten its life or its list asks
 * for no right to give. Errors as `createRobot`.
 */
export async function updateRobot(
  core: Core,
  actor: Actor,
  id: number,
  input: RobotChange & { name?: string; level?: string },
): Promise<void> {
  const robot = await findRobot(core, actor, 'update', id)
  const level = robot.projectId === null ? 'system' : 'project'
  const fullName = (await robotNamePrefix(core)) + robot.name
  if ((input.level && input.level !== level) || (input.name && input.name !== fullName))
    throw badRequest('the level and the name of a robot cannot be changed')
  const { permissions } = input
  // What stays as it is is not written: it may be about to change elsewhere.
  const disabled = input.disabled === robot.disabled ? undefined : input.disabled
  const description = input.description === undefined ? undefined : parseDescription(input.description)
  const durationDays =
    input.durationDays === undefined || input.durationDays === robot.durationDays
      ? undefined
      : parseDuration(input.durationDays)
  const expiresAt = durationDays === undefined ? undefined : expiryOf(robot.createdAt, durationDays)
  const asked = permissions && parsePermissions(level, permissions)
  if (permissions && robot.projectId !== null) {
    const project = await projectFacts(core, { id: robot.projectId })
    if (!project || namespaceOf(permissions) !== project.name)
      throw badRequest('a robot of a project has permissions in this project only')
  }
  const held = heldBy(robot.permissions)
  const narrows = asked !== undefined && isWithin(asked, held)
  const wish = narrows && isWithin(held, asked) ? undefined : asked
  const lasts = expiresAt !== undefined && isLater(expiresAt, robot.expiresAt)
  if (lasts || (wish && !narrows) || disabled === false)
    authorizeGiving(actor, expiresAt === undefined ? robot.expiresAt : expiresAt)
  const grants = wish && (await (narrows ? grantsLeft : grantsFor)(core, actor, wish))
  const change = { description, durationDays, expiresAt, disabled }
  const detail = {
    ...oldAndNew(
      { description: robot.description, duration: robot.durationDays, disabled: robot.disabled },
      { description, duration: durationDays, disabled },
    ),
    ...(wish && { permissions: summaryOf(wish) }),
  }
  const line = await lineOf(core, actor, 'update', robot)
  const changed = await updateRobotRow(core, id, change, grants && { grants, narrows }, { ...line, detail })
  forgetRobot(core, id)
  if (!changed) throw notFound('robot')
}

/**
 * A new secret in place of the old one. Gives the one that Berth made; empty for one that the caller chose.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, BAD_REQUEST; DENIED for a robot that may more than the actor
 */
export async function refreshSecret(core: Core, actor: Actor, id: number, own?: string): Promise<string> {
  const robot = await findRobot(core, actor, 'update', id)
  // Who has the secret is the robot, as long as it lasts.
  await refuseGivingAway(core, actor, robot.projectId, id)
  const chosen = own ? parseChosenSecret(own) : undefined
  const { secret, secretHash } = await newSecret(core, chosen)
  const line = await lineOf(core, actor, 'refresh', robot)
  const changed = await updateSecret(core, id, secretHash, line)
  forgetRobot(core, id)
  if (!changed) throw notFound('robot')
  return chosen === undefined ? secret : ''
}

/** @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND */
export async function deleteRobot(core: Core, actor: Actor, id: number): Promise<void> {
  const robot = await findRobot(core, actor, 'delete', id)
  const removed = await removeRobot(core, id, await lineOf(core, actor, 'delete', robot))
  forgetRobot(core, id)
  if (!removed) throw notFound('robot')
}

async function lineOf(
  core: Core,
  actor: Actor,
  action: Extract<AuditEvent, { resourceType: 'robot' }>['action'],
  { name, projectId }: Robot,
): Promise<AuditLine> {
  return { resourceType: 'robot', action, actor, resource: (await robotNamePrefix(core)) + name, projectId }
}

/** By namespace, as `repository:pull`. */
const summaryOf = (wish: Wish): Record<string, string[]> =>
  Object.fromEntries(
    [...wish].map(([namespace, deeds]) => [
      namespace,
      deeds.map(({ resource, action }) => deed(resource, action)),
    ]),
  )

/**
 * Whoever lets others act as a robot gives away what it may do: nobody gives what they do not have, and nothing beyond
 * the time they have themselves.
 *
 * @throws DomainError DENIED; NOT_FOUND for a robot that is not of this project (null: of the system)
 */
export async function refuseGivingAway(
  core: Core,
  actor: Actor,
  projectId: number | null,
  robotId: number,
): Promise<void> {
  const robot = await readRobot(core, robotId)
  if (!robot || robot.projectId !== projectId) throw notFound('robot')
  authorizeGiving(actor, robot.expiresAt)
  // Its projects may all have gone.
  if (robot.permissions.length === 0) return
  await grantsFor(core, actor, parsePermissions(projectId === null ? 'system' : 'project', robot.permissions))
}

async function authorizeSpace(
  core: Core,
  actor: Actor,
  action: Action,
  projectId: number | null,
): Promise<void> {
  if (projectId === null) authorizeSystem(actor, action, 'robot')
  else await authorize(core, actor, action, 'robot', { id: projectId })
}

async function ownProject(core: Core, actor: Actor, name: string | undefined) {
  if (name === undefined)
    throw badRequest('a robot of a project has one permission, whose namespace is the name of the project')
  return authorize(core, actor, 'create', 'robot', { name })
}

/** An id tells nothing to those who may not see the robot: it looks like one that does not exist. */
async function findRobot(core: Core, actor: Actor, action: Action, id: number): Promise<Robot> {
  if (actor.kind === 'anonymous') throw refusal(actor)
  const robot = await readRobot(core, id)
  if (!robot || !(await maySee(core, actor, robot))) throw notFound('robot')
  await authorizeSpace(core, actor, action, robot.projectId)
  return robot
}

async function maySee(core: Core, actor: Actor, { projectId }: Robot): Promise<boolean> {
  if (projectId === null) return mayInSystem(actor, 'read', 'robot')
  const project = await projectFacts(core, { id: projectId })
  return project !== undefined && (await may(core, actor, 'read', 'robot', project))
}

const expiryOf = (from: Date, days: number): Date | null =>
  days === FOR_EVER ? null : new Date(from.getTime() + days * DAY_MS)

const isLater = (one: Date | null, other: Date | null): boolean =>
  other !== null && (one === null || one > other)

async function newSecret(
  core: Core,
  chosen: string | undefined,
): Promise<{ secret: string; secretHash: string }> {
  if (chosen !== undefined) return { secret: chosen, secretHash: await hashChosenSecret(chosen) }
  const secret = makeRobotSecret()
  return { secret, secretHash: hashMadeSecret(core, secret) }
}

function creatorOf(actor: Actor): { creatorType: string; creatorId: number } {
  if (actor.kind === 'user') return { creatorType: 'local', creatorId: actor.id }
  return actor.kind === 'robot'
    ? { creatorType: 'robot', creatorId: actor.id }
    : { creatorType: 'system', creatorId: 0 }
}
