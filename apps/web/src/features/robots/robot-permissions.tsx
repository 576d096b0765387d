'use client'
import { lazy, Suspense } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { RobotForm } from './robot-form.tsx'
import { robotInput } from './robot-list-state.ts'
import { useRobotRights } from './use-robot-rights.ts'

// Drawn by the server, and nothing of it is pressed: those who have the form need not load it.
const RobotRights = lazy(() =>
  import('./robot-rights.tsx').then(({ RobotRights }) => ({ default: RobotRights })),
)

/** What a robot may do: to change, or to read for those who may only look. */
export function RobotPermissions({ project, id }: { project: string | null; id: number }) {
  const rights = useRobotRights(project)
  const robot = useApiQuery('GetRobotByID', robotInput(id)).data?.data
  if (!robot) return null
  return rights.update ? (
    <RobotForm key={robot.update_time} project={project} robot={robot} />
  ) : (
    <Suspense>
      <RobotRights robot={robot} />
    </Suspense>
  )
}
