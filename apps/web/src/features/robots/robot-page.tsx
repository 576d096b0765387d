'use client'
import type { Schemas } from '@berth/contract'
import { CopyButton, Time } from '@berth/ui'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { lazy, Suspense, useState } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { Fact, Facts } from '@/features/frame/facts.tsx'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'
import type { RobotQuestion } from './robot-dialogs.tsx'
import { RobotForm } from './robot-form.tsx'
import { expiryMs, robotInput, robotsPath } from './robot-list-state.ts'
import { RobotMenu } from './robot-menu.tsx'
import { RobotStatus } from './robot-status.tsx'
import { useDeedWords } from './use-deed-words.ts'
import { useRobotRights } from './use-robot-rights.ts'

const RobotDialogs = lazy(() => import('./robot-dialogs.tsx'))

/** One robot: its state, and its rights to change or, for those who may only look, to read. */
export function RobotPage({ project, id }: { project: string | null; id: number }) {
  const t = useTranslations('robots')
  const router = useRouter()
  const rights = useRobotRights(project)
  const query = useApiQuery('GetRobotByID', robotInput(id))
  const [asking, setAsking] = useState<RobotQuestion>()
  const robot = query.data?.data
  if (!robot) return <ProblemBanner error={query.error} />
  const endsAtMs = expiryMs(robot)
  // On a project's page the project has the h1.
  const Title = project === null ? 'h1' : 'h2'
  return (
    <div className="flex flex-col gap-4">
      <header className="flex items-start justify-between gap-3">
        <Title className="flex min-w-0 items-start gap-1 text-16 font-semibold">
          <span className="min-w-0 font-mono break-all">{robot.name}</span>
          <CopyButton text={robot.name ?? ''} label={t('copyName')} />
        </Title>
        <RobotMenu robot={robot} rights={rights} onAsk={setAsking} />
      </header>
      <Facts>
        <Fact name={t('columns.state')}>
          <RobotStatus robot={robot} />
        </Fact>
        <Fact name={t('columns.expires')}>{endsAtMs === null ? t('never') : <Time at={endsAtMs} />}</Fact>
        <Fact name={t('columns.used')}>
          {robot.last_used_at ? <Time at={robot.last_used_at} /> : t('neverUsed')}
        </Fact>
        <Fact name={t('columns.created')}>
          <Time at={robot.creation_time} />
        </Fact>
        {!rights.update && robot.description && (
          <Fact name={t('columns.description')}>{robot.description}</Fact>
        )}
      </Facts>
      {rights.update ? (
        <RobotForm key={robot.update_time} project={project} robot={robot} />
      ) : (
        <RobotRights robot={robot} />
      )}
      {asking && (
        <Suspense>
          <RobotDialogs
            what={asking}
            robots={[robot]}
            onClose={() => setAsking(undefined)}
            onDone={() => router.push(robotsPath(project))}
          />
        </Suspense>
      )}
    </div>
  )
}

function RobotRights({ robot }: { robot: Schemas['Robot'] }) {
  const t = useTranslations('robots')
  const words = useDeedWords()
  return (robot.permissions ?? []).map(({ namespace = '', access = [] }) => (
    <Section key={namespace} title={t('places.inProject', { project: namespace })}>
      <Facts>
        {[...Map.groupBy(access, ({ resource = '' }) => resource)].map(([resource, deeds]) => (
          <Fact key={resource} name={words.resource(resource)}>
            {deeds.map(({ action = '' }) => words.action(action)).join(', ')}
          </Fact>
        ))}
      </Facts>
    </Section>
  ))
}
