'use client'
import type { Schemas } from '@berth/contract'
import { type ComponentType, lazy, Suspense } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { robotInput } from './robot-facts.ts'
import { RobotForm } from './robot-form.tsx'
import { useRobotRights } from './use-robot-rights.ts'

// Drawn by the server, and nothing of it is pressed: those who have the form need not load it.
const RobotRights = lazy(() =>
  import('./robot-rights.tsx').then(({ RobotRights }) => ({ default: RobotRights })),
)

type Props = {
  project: string | null
  id: number
  Form?: ComponentType<{ project: string | null; robot: Schemas['Robot'] }>
}

/** What a robot may do: to change, or to read for those who may only look. */
export function RobotPermissions({ project, id, Form = RobotForm }: Props) {
  const rights = useRobotRights(project)
  const robot = useApiQuery('GetRobotByID', robotInput(id)).data?.data
  if (!robot) return null
  return rights.update ? (
    <Form key={robot.update_time} project={project} robot={robot} />
  ) : (
    <Suspense>
      <RobotRights robot={robot} />
    </Suspense>
  )
}
