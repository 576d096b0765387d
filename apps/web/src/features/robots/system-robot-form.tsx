'use client'
import type { Schemas } from '@berth/contract'
import { ProjectChoice } from './project-choice.tsx'
import { RobotForm } from './robot-form.tsx'
import { RobotPermissions } from './robot-permissions.tsx'
import { SystemFields } from './system-fields.tsx'

const parts = { ProjectChoice, SystemFields }

/** A new robot of the system, or a change of this one. */
export const SystemRobotForm = ({ robot }: { robot?: Schemas['Robot'] }) => (
  <RobotForm project={null} robot={robot} parts={parts} />
)

/** What a robot of the system may do. */
export const SystemRobotPermissions = ({ id }: { id: number }) => (
  <RobotPermissions project={null} id={id} Form={SystemRobotForm} />
)
