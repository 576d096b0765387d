'use client'
import type { Schemas } from '@berth/contract'
import { Badge, Button, Dialog, Reference, useNotify, useUi } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { Fact, Facts } from '@/features/frame/facts.tsx'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { ScrollBox } from '@/features/frame/scroll-box.tsx'
import { bare, missingInput, tasksInput } from './replication-input.ts'
import { TaskAction } from './task-action.tsx'
import { TaskOutcome } from './task-outcome.tsx'
import { Why } from './why.tsx'

type Props = {
  id: number
  taskId: number
  running: boolean
  mirror: boolean
  mayRetry: boolean
  onClose: () => void
}
const POLL_MS = 2_000

/** One task: what it is about, its log, and the way to try it again. */
export default function TaskPanel({ id, taskId, running, mirror, mayRetry, onClose }: Props) {
  const t = useTranslations('replications.tasks')
  const { words } = useUi()
  const notify = useNotify()
  const pollMs = running && POLL_MS
  const log = useApiQuery('getReplicationLog', { path: { id, task_id: taskId } }, { pollMs })
  // The page that it was opened from has it; behind a link to another page there is the log alone.
  const params = useSearchParams()
  const ofMissing = params.get('tab') === 'missing'
  const page = useApiQuery('listReplicationTasks', tasksInput(id, params), {
    keepPrevious: true,
    enabled: !ofMissing,
  })
  const left = useApiQuery('listReplicationMissing', missingInput(id, params), {
    keepPrevious: true,
    enabled: ofMissing,
  })
  const task = ofMissing ? undefined : page.data?.data.find((one) => one.id === taskId)
  const missing = ofMissing ? left.data?.data.find((one) => one.task_id === taskId) : undefined
  // Tried again it leaves that list; what it is about stays in sight.
  const [known, setKnown] = useState(missing)
  if (missing && missing !== known) setKnown(missing)
  const retry = useApiMutation('retryReplicationTask', [
    'getReplicationExecution',
    'listReplicationTasks',
    'listReplicationMissing',
    'getReplicationLog',
  ])
  const over = missing !== undefined || task?.status === 'Failed' || task?.status === 'Stopped'
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('one', { id: taskId })}
      footer={
        <>
          <Button onClick={onClose}>{words.close}</Button>
          {mayRetry && over && (
            <Button
              variant="primary"
              icon="replicate"
              busy={retry.isPending}
              onClick={() =>
                retry.mutate(
                  { path: { id, task_id: taskId } },
                  { onSuccess: () => notify('good', t('retrying')) },
                )
              }
            >
              {t('retry')}
            </Button>
          )}
        </>
      }
    >
      <ProblemBanner error={retry.error ?? log.error} />
      {known && (
        <Facts>
          {missing ? (
            <Fact name={t('reason')}>
              <Why code={missing.reason_code} sentence={missing.reason} />
            </Fact>
          ) : (
            retry.isSuccess && <Fact name={t('state')}>{t('triedAgain')}</Fact>
          )}
          <Fact name={t('target')}>
            <code className="font-mono text-13 wrap-anywhere">{known.repository || '–'}</code>
          </Fact>
          <TagsAndDigest {...known} />
        </Facts>
      )}
      {task && (
        <Facts>
          <Fact name={t('state')}>
            <span className="flex flex-wrap items-center gap-2">
              <TaskOutcome task={task} />
              <TaskAction task={task} mirror={mirror} />
            </span>
          </Fact>
          <Fact name={t('source')}>
            <code className="font-mono text-13 wrap-anywhere">{bare(task.src_resource) || '–'}</code>
          </Fact>
          <Fact name={t('target')}>
            <code className="font-mono text-13 wrap-anywhere">{bare(task.dst_resource) || '–'}</code>
          </Fact>
          <TagsAndDigest {...task} />
          {(task.attempts ?? 0) > 0 && <Fact name={t('attempts')}>{task.attempts}</Fact>}
        </Facts>
      )}
      <section className="flex flex-col gap-2">
        <h3 className="text-13 font-semibold">{t('log')}</h3>
        {log.data && (
          <ScrollBox label={t('log')} className="rounded-md bg-sunken p-3">
            <pre lang="en" className="font-mono text-12 break-words whitespace-pre-wrap">
              {String(log.data.data ?? '') || t('logEmpty')}
            </pre>
          </ScrollBox>
        )}
      </section>
    </Dialog>
  )
}

function TagsAndDigest({ tags = [], digest }: Pick<Schemas['ReplicationTask'], 'tags' | 'digest'>) {
  const t = useTranslations('replications.tasks')
  return (
    <>
      {tags.length > 0 && (
        <Fact name={t('tags')}>
          <span className="flex flex-wrap gap-1">
            {tags.map((tag) => (
              <Badge key={tag}>{tag}</Badge>
            ))}
          </span>
        </Fact>
      )}
      {digest && (
        <Fact name={t('digest')}>
          <Reference digest={digest} />
        </Fact>
      )}
    </>
  )
}
