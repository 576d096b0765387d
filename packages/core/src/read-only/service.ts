import type { ProjectRef } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { DomainError, notFound } from '../errors/index.ts'
import { readSwitches, readSystemSwitch } from './store.ts'

// Whatever is written there that is not plainly "off" counts as on.
const isOn = (value: unknown): boolean => value !== null && value !== false && value !== 'false'

const denied = (message: string) => new DomainError('DENIED', message)
const deniedBySystem = () =>
  denied('this installation is read-only: changes are switched off, pushing and deleting included')
const deniedByProject = () =>
  denied('this project is read-only: pushing, deleting and changing tags or labels is switched off')

/**
 * Stops a change to what a project holds while the project or the whole system is read-only. Asked anew each time, so
 * a switch counts on every node at once; a change that is past this point is finished.
 *
 * @throws DomainError DENIED; NOT_FOUND for a project that is gone; errors of the database as they come: a switch that
 * cannot be read is on
 */
export async function refuseReadOnly(core: Core, project: ProjectRef): Promise<void> {
  const switches = await readSwitches(core, project)
  if (!switches) throw notFound('project')
  if (isOn(switches.system)) throw deniedBySystem()
  if (isOn(switches.project)) throw deniedByProject()
}

/** Whether `refuseReadOnly` would refuse; so it does for a project that is gone. */
export async function isReadOnly(core: Core, project: ProjectRef): Promise<boolean> {
  const switches = await readSwitches(core, project)
  return !switches || isOn(switches.system) || isOn(switches.project)
}

/** As `refuseReadOnly`, for what belongs to no project. */
export async function refuseSystemReadOnly(core: Core): Promise<void> {
  if (await isSystemReadOnly(core)) throw deniedBySystem()
}

export const isSystemReadOnly = async (core: Core): Promise<boolean> => isOn(await readSystemSwitch(core))
