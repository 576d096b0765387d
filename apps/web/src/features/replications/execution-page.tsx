'use client'
import { Button, Tabs, useNotify } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { lazy, Suspense } from 'react'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { useListState } from '@/data/use-list-state.ts'
import { useCrumbName } from '@/features/frame/crumb-names.ts'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import { PolicyRoute } from './policy-route.tsx'
import { wasSkipped } from './progress.ts'
import { executionPath, missingOf, policyInput, policyPath, retriedOf } from './replication-input.ts'
import { TaskList } from './task-list.tsx'
import { useExecution } from './use-execution.ts'

// Drawn by the server; what makes it live is no part of the first load.
const ExecutionProgress = lazy(() => import('./execution-progress.tsx'))
const MissingList = lazy(() => import('./missing-list.tsx'))
const TaskPanel = lazy(() => import('./task-panel.tsx'))

/** One run: how far it is, what became of each artifact, and what did not arrive. */
export function ExecutionPage({ policyId, id }: { policyId: number; id: number }) {
  const t = useTranslations('replications')
  const notify = useNotify()
  const frozen = useSystemReadOnly()
  const list = useListState([])
  const policy = useApiQuery('getReplicationPolicy', policyInput(policyId)).data?.data
  const { execution, running, gone, error } = useExecution(id)
  const changes = ['getReplicationExecution', 'listReplicationTasks', 'listReplicationMissing'] as const
  const stop = useApiMutation('stopReplication', [...changes])
  const retry = useApiMutation('retryReplication', [...changes])
  useCrumbName(policyPath(policyId), policy?.name)
  if (!execution || gone) return <ProblemBanner error={error} />
  const missing = missingOf(execution)
  const again = retriedOf(execution)
  const mirror = policy?.mirror ?? false
  const showsMissing = list.param('tab') === 'missing'
  const task = Number(list.param('task')) || undefined
  const base = executionPath(policyId, id)
  const input = { path: { id } }
  return (
    <div className="flex flex-col gap-6">
      <PageHeader
        title={t('runOf', { id, name: policy?.name ?? '' })}
        description={policy && <PolicyRoute policy={policy} />}
        actions={
          !frozen && (
            <>
              {running && (
                <Button
                  icon="close"
                  busy={stop.isPending}
                  onClick={() => stop.mutate(input, { onSuccess: () => notify('good', t('stopping')) })}
                >
                  {t('stop')}
                </Button>
              )}
              {!running && again > 0 && policy?.enabled && (
                <Button
                  variant="primary"
                  icon="replicate"
                  busy={retry.isPending}
                  onClick={() =>
                    retry.mutate(input, {
                      onSuccess: ({ data }) => notify('good', t('retrying', { count: data.retried })),
                    })
                  }
                >
                  {t(again < missing ? 'retryUndoubted' : 'retryAll', { count: again })}
                </Button>
              )}
            </>
          )
        }
      />
      <ProblemBanner error={stop.error ?? retry.error ?? error} />
      <Suspense>
        <ExecutionProgress execution={execution} />
      </Suspense>
      {!wasSkipped(execution) && (
        <section aria-label={t('tasks.title')} className="flex flex-col gap-4">
          <Tabs
            label={t('tasks.title')}
            tabs={[
              { label: t('tasks.title'), href: base, current: !showsMissing, count: execution.total },
              {
                label: t('missing.title'),
                href: `${base}?tab=missing`,
                current: showsMissing,
                count: missing,
              },
            ]}
          />
          {showsMissing ? (
            <Suspense>
              <MissingList execution={execution} />
            </Suspense>
          ) : (
            <TaskList execution={execution} mirror={mirror} />
          )}
        </section>
      )}
      {task !== undefined && (
        <Suspense>
          <TaskPanel
            key={task}
            id={id}
            taskId={task}
            running={running}
            mirror={mirror}
            mayRetry={!frozen && policy?.enabled === true}
            onClose={() => list.change({ task: undefined, page: list.page }, true)}
          />
        </Suspense>
      )}
    </div>
  )
}
