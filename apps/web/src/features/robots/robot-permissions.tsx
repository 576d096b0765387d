'use client'
import type { Schemas } from '@berth/contract'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { Fact, Facts } from '@/features/frame/facts.tsx'
import { Section } from '@/features/frame/section.tsx'
import { LimitWords } from '@/features/repository-limits/limit-words.tsx'
import { RobotForm } from './robot-form.tsx'
import { robotInput } from './robot-list-state.ts'
import { useDeedWords } from './use-deed-words.ts'
import { useRobotRights } from './use-robot-rights.ts'

/** What a robot may do: to change, or to read for those who may only look. */
export function RobotPermissions({ project, id }: { project: string | null; id: number }) {
  const rights = useRobotRights(project)
  const robot = useApiQuery('GetRobotByID', robotInput(id)).data?.data
  if (!robot) return null
  return rights.update ? (
    <RobotForm key={robot.update_time} project={project} robot={robot} />
  ) : (
    <RobotRights robot={robot} />
  )
}

function RobotRights({ robot }: { robot: Schemas['Robot'] }) {
  const t = useTranslations('robots')
  const words = useDeedWords()
  return (robot.permissions ?? []).map(({ namespace = '', access = [], repositories }) => (
    <Section key={namespace} title={t('places.inProject', { project: namespace })}>
      <Facts>
        <Fact name={t('places.repositories')}>
          <LimitWords patterns={repositories} />
        </Fact>
        {[...Map.groupBy(access, ({ resource = '' }) => resource)].map(([resource, deeds]) => (
          <Fact key={resource} name={words.resource(resource)}>
            {deeds.map(({ action = '' }) => words.action(action)).join(', ')}
          </Fact>
        ))}
      </Facts>
    </Section>
  ))
}
