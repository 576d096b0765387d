import { notFound } from 'next/navigation'
import { projectInput } from '../features/projects/project-input.ts'
import { belongsTo, robotInput } from '../features/robots/robot-facts.ts'
import type { PageData } from './page-data.tsx'

/** The robot that a path names, of this project or with null of the system; gives its id. */
export async function needRobot(page: PageData, project: string | null, robot: string): Promise<number> {
  const id = Number(robot)
  if (!Number.isSafeInteger(id) || id < 1) notFound()
  const [{ data }] = await Promise.all([
    page.need('GetRobotByID', robotInput(id)),
    page.want('getSystemInfo', {}),
    ...(project === null ? [] : [page.need('getProject', projectInput(project))]),
  ])
  // Another project's robot is not here, even for those who may see it there.
  if (project === null ? data.level !== 'system' : !belongsTo(data, project)) notFound()
  return id
}
