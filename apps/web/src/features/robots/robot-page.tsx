'use client'
import { CopyButton, Tabs, Time } from '@berth/ui'
import { usePathname, useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { useCrumbName } from '@/features/frame/crumb-names.ts'
import { Fact, Facts } from '@/features/frame/facts.tsx'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import type { RobotQuestion } from './robot-dialogs.tsx'
import { expiryMs, robotInput, robotsPath } from './robot-facts.ts'
import { RobotMenu } from './robot-menu.tsx'
import { RobotStatus } from './robot-status.tsx'
import { useRobotRights } from './use-robot-rights.ts'

const RobotDialogs = lazy(() => import('./robot-dialogs.tsx'))

type Props = { project: string | null; id: number; children: ReactNode }

/** One robot: its name, its state, and the page chosen. */
export function RobotPage({ project, id, children }: Props) {
  const t = useTranslations('robots')
  const router = useRouter()
  const pathname = usePathname()
  const base = `${robotsPath(project)}/${id}`
  const rights = useRobotRights(project)
  const query = useApiQuery('GetRobotByID', robotInput(id))
  const [asking, setAsking] = useState<RobotQuestion>()
  const robot = query.data?.data
  useCrumbName(base, robot?.name)
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
      {rights.trusts && (
        <Tabs
          label={t('tabs.label')}
          tabs={[
            { label: t('tabs.permissions'), href: base, current: pathname === base },
            { label: t('tabs.trusts'), href: `${base}/trusts`, current: pathname !== base },
          ]}
        />
      )}
      {children}
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
