import type { Schemas } from '@berth/contract'
import { draftOf, type LimitDraft, limitOf, limitProblem } from '../repository-limits/limit-patterns.ts'
import { deed, presets, undeed } from './permission-catalog.ts'

/** Some projects, or all of them, and what the robot may do in each. */
export type Place = {
  /** Tells places apart on the page only. */
  key: number
  everywhere: boolean
  projects: string[]
  deeds: ReadonlySet<string>
  /** Which repositories of the projects. */
  limit: LimitDraft
}

/** What the form holds. */
export type RobotDraft = {
  name: string
  description: string
  /** Days as typed; '-1' for ever. */
  days: string
  places: Place[]
  /** Outside projects; empty for robots of a project. */
  system: ReadonlySet<string>
}

export const FOR_EVER = '-1'
export const dayChoices = ['30', '90', '365', FOR_EVER] as const
const MAX_DAYS = 36_500
export const MAX_DESCRIPTION = 1024

export function newPlace(key: number, project: string | null): Place {
  const projects = project === null ? [] : [project]
  return { key, everywhere: false, projects, deeds: new Set(presets.pull), limit: draftOf(null) }
}

/** A new robot may pull and nothing else, and ends by itself. */
export function newRobot(project: string | null): RobotDraft {
  return { name: '', description: '', days: '30', places: [newPlace(0, project)], system: new Set() }
}

/** Reads a robot as any client may have made it: projects where it may do the same stand together. */
export function fromRobot(robot: Schemas['Robot']): RobotDraft {
  const places = new Map<string, Place>()
  let system: ReadonlySet<string> = new Set()
  for (const { kind, namespace = '', access, repositories } of robot.permissions ?? []) {
    const deeds = new Set((access ?? []).map(({ resource = '', action = '' }) => deed(resource, action)))
    if (kind === 'system') {
      system = deeds
      continue
    }
    const everywhere = namespace === '*'
    const likeness = JSON.stringify([everywhere, [...deeds].sort(), repositories ?? null])
    const place = places.get(likeness)
    if (!place)
      places.set(likeness, {
        key: places.size,
        everywhere,
        projects: everywhere ? [] : [namespace],
        deeds,
        limit: draftOf(repositories),
      })
    else if (!everywhere) place.projects.push(namespace)
  }
  return {
    name: robot.name ?? '',
    description: robot.description ?? '',
    days: String(robot.duration ?? FOR_EVER),
    places: [...places.values()],
    system,
  }
}

const accessOf = (deeds: ReadonlySet<string>) => [...deeds].map((key) => ({ ...undeed(key) }))

export function permissionsOf({ places, system }: RobotDraft): Schemas['RobotPermission'][] {
  return [
    ...places.flatMap(({ everywhere, projects, deeds, limit }) => {
      const repositories = limitOf(limit)
      return (everywhere ? ['*'] : projects).map((namespace) => ({
        kind: 'project',
        namespace,
        access: accessOf(deeds),
        ...(repositories && { repositories }),
      }))
    }),
    ...(system.size > 0 ? [{ kind: 'system', namespace: '/', access: accessOf(system) }] : []),
  ]
}

/** What the API is told of either a new robot or a changed one. */
export function toBody(draft: RobotDraft) {
  return {
    description: draft.description.trim(),
    duration: Number(draft.days),
    permissions: permissionsOf(draft),
  }
}

/** What is wrong, as keys of `robots.problems`, with the id of the field it belongs to. */
export type RobotProblem = {
  fieldId: string
  problem: 'nameMissing' | 'nameInvalid' | 'daysInvalid' | 'nothing' | 'noProject' | 'noDeed' | 'limit'
}

export const fieldIds = {
  name: 'robot-name',
  days: 'robot-days',
  place: 'robot-place',
  limit: 'robot-limit',
  more: 'robot-more',
}

/** `named`: the name is still to be chosen. The API has the last word. */
export function robotProblems(draft: RobotDraft, named: boolean): RobotProblem[] {
  const found: RobotProblem[] = []
  if (named && draft.name.trim() === '') found.push({ fieldId: fieldIds.name, problem: 'nameMissing' })
  else if (named && !/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(draft.name.trim()))
    found.push({ fieldId: fieldIds.name, problem: 'nameInvalid' })
  const days = Number(draft.days)
  if (draft.days !== FOR_EVER && !(Number.isInteger(days) && days >= 1 && days <= MAX_DAYS))
    found.push({ fieldId: fieldIds.days, problem: 'daysInvalid' })
  for (const { key, everywhere, projects, deeds, limit } of draft.places) {
    const fieldId = `${fieldIds.place}-${key}`
    if (!everywhere && projects.length === 0) found.push({ fieldId, problem: 'noProject' })
    if (limitProblem(limit)) found.push({ fieldId: `${fieldIds.limit}-${key}`, problem: 'limit' })
    if (deeds.size === 0) found.push({ fieldId, problem: 'noDeed' })
  }
  if (draft.places.length === 0 && draft.system.size === 0)
    found.push({ fieldId: fieldIds.more, problem: 'nothing' })
  return found
}
