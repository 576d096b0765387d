import type { CallInput } from '@berth/contract'
import { projectInput } from '../projects/project-input.ts'

/** The API refuses a twenty-first. */
export const MAX_TRUSTS_PER_ROBOT = 20

const ofRobot = (robotId: number) => ({ q: `robot_id=${robotId}`, page_size: 100, sort: 'name' })

export function trustsInput(project: string, robotId: number): CallInput<'listIdentityTrusts'> {
  return { ...projectInput(project), query: ofRobot(robotId) }
}

export function systemTrustsInput(robotId: number): CallInput<'listSystemIdentityTrusts'> {
  return { query: ofRobot(robotId) }
}
