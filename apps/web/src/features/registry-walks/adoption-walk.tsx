'use client'
import type { Schemas } from '@berth/contract'
import { Banner, Button } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { lazy, Suspense, useState } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import { AdoptionSteps } from './adoption-steps.tsx'
import { StartProblem } from './start-problem.tsx'
import { useStartWalk } from './use-start-walk.ts'
import { useWalk } from './use-walk.ts'
import { WalkFindings } from './walk-findings.tsx'
import { WalkPanel } from './walk-panel.tsx'
import { WalkProposals } from './walk-proposals.tsx'

const PlanForm = lazy(() => import('./plan-form.tsx').then(({ PlanForm }) => ({ default: PlanForm })))

/** The second and third step of an adoption: what was planned, or what is being imported. */
export function AdoptionWalk({ id }: { id: number }) {
  const t = useTranslations('registryWalks')
  const { walk, samples, error, refetch, setActive } = useWalk(id)
  if (!walk) return <ProblemBanner error={error} />
  const planned = walk.kind === 'plan'
  return (
    <div className="flex flex-col gap-6">
      <PageHeader
        title={t(planned ? 'walk.plan' : 'walk.adopt', { id })}
        description={t(planned ? 'adopt.planDescription' : 'adopt.importDescription')}
      />
      <AdoptionSteps current={planned ? 'choose' : 'import'} />
      <WalkPanel
        walk={walk}
        samples={samples}
        onChanged={() => {
          setActive(true)
          void refetch()
        }}
      />
      {planned && walk.status === 'done' && <Unassigned walk={walk} />}
      {planned && walk.status === 'done' ? <Choice walk={walk} /> : <WalkProposals walk={walk} />}
      <WalkFindings walk={walk} />
    </div>
  )
}

/** The projects that were proposed, all of them or those chosen, and the way to import them. */
function Choice({ walk }: { walk: Schemas['RegistryWalk'] }) {
  const t = useTranslations('registryWalks.adopt')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const adoption = useStartWalk('adopt')
  const frozen = useSystemReadOnly()
  const adopt = () =>
    adoption.start({
      kind: 'adopt',
      mend: false,
      requests_per_second: walk.options.requests_per_second,
      projects: [...chosen],
      ...(walk.options.single_segment_project && {
        single_segment_project: walk.options.single_segment_project,
      }),
    })
  return (
    <div className="flex flex-col gap-3">
      <StartProblem busy={adoption.busy} error={adoption.error} />
      <WalkProposals
        walk={walk}
        selection={{ keys: chosen, onChange: setChosen }}
        action={(total) =>
          total > 0 && (
            <Button variant="primary" busy={adoption.isPending} disabled={frozen} onClick={adopt}>
              {chosen.size > 0 ? t('importChosen', { count: chosen.size }) : t('importAll', { count: total })}
            </Button>
          )
        }
      />
    </div>
  )
}

/** Names without a slash have no project: asks for one and plans again. */
function Unassigned({ walk }: { walk: Schemas['RegistryWalk'] }) {
  const t = useTranslations('registryWalks.adopt')
  const [open, setOpen] = useState(false)
  const found = useApiQuery('listRegistryFindings', {
    path: { walk_id: walk.id },
    query: { q: 'kind=unassigned', page_size: 1 },
  })
  const count = found.data?.total ?? 0
  if (count === 0) return null
  return (
    <div className="flex flex-col gap-3">
      <Banner
        tone="warn"
        title={t('unassigned', { count })}
        action={!open && <Button onClick={() => setOpen(true)}>{t('unassignedAction')}</Button>}
      >
        {t('unassignedHelp')}
      </Banner>
      {open && (
        <Suspense>
          <PlanForm />
        </Suspense>
      )}
    </div>
  )
}
