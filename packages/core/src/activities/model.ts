import type { Action, Actor, ProjectResource } from '../authorization/index.ts'
import type { EventType } from '../events/index.ts'

/** Something that changed in a project. */
export interface Activity {
  /** Its place in the order in which changes were told. */
  position: number
  at: Date
  type: EventType
  projectId: number
  /** Null once the project is gone. */
  projectName: string | null
  /** Of an artifact or tag its repository's full name, else the name of what changed. */
  name: string
  tag: string | null
  digest: string | null
  /** Null for those who may not see who belongs to the project. */
  actor: { kind: Actor['kind']; name: string } | null
}

export interface Need {
  action: Action
  resource: ProjectResource
}

/** Who may list or read what changed may see that it did. Pulls are not among them: they tell who uses what. */
const table = [
  [{ action: 'list', resource: 'artifact' }, ['artifact.pushed', 'artifact.deleted']],
  [{ action: 'list', resource: 'tag' }, ['tag.created', 'tag.deleted']],
  [{ action: 'list', resource: 'repository' }, ['repository.updated', 'repository.deleted']],
  [{ action: 'read', resource: 'project' }, ['project.created', 'project.deleted']],
  [{ action: 'read', resource: 'metadata' }, ['project.updated']],
  [{ action: 'list', resource: 'member' }, ['member.created', 'member.updated', 'member.deleted']],
  [{ action: 'list', resource: 'label' }, ['label.created', 'label.updated', 'label.deleted']],
  [{ action: 'list', resource: 'robot' }, ['robot.created', 'robot.updated', 'robot.deleted']],
  [
    { action: 'list', resource: 'immutable-tag' },
    ['immutable_rule.created', 'immutable_rule.updated', 'immutable_rule.deleted'],
  ],
  [{ action: 'read', resource: 'quota' }, ['quota.updated']],
] as const satisfies readonly (readonly [Need, readonly EventType[]])[]

export const needs: readonly { need: Need; types: readonly EventType[] }[] = table.map(([need, types]) => ({
  need,
  types,
}))
/** Every type of event that becomes an activity. */
export const shownTypes: readonly EventType[] = needs.flatMap(({ types }) => types)
/** The name of who did it is for those who may list the members. */
export const needForNames: Need = { action: 'list', resource: 'member' }

/** What it tells of is a repository's, so that limits to some repositories hold for it. */
export const isOfRepository = (type: EventType): boolean => /^(artifact|tag|repository)\./.test(type)

/** Lately is at most this long ago, and at most so many. */
export const KEEP_MS = 90 * 24 * 3_600_000
export const KEEP_COUNT = 200_000
