import type { ProjectChoice } from './project-choice.tsx'
import type { SystemFields } from './system-fields.tsx'

/** What only the forms of robots of the system show. Those of a project's robots load nothing of it. */
export type SystemParts = { ProjectChoice: typeof ProjectChoice; SystemFields: typeof SystemFields }
