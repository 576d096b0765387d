'use client'
import { Button, Checkbox, ConfirmDialog, SelectField, TextField, Time, useNotify } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import {
  fromSchedule,
  type PurgeDraft,
  type PurgeTime,
  purgeGroups,
  purgeProblems,
  purgeTimes,
  toPurgeBody,
} from './purge-draft.ts'
import { PurgeHistory } from './purge-history.tsx'

/** How long lines are kept, and what became of purging. */
export function Retention() {
  const schedule = useApiQuery('getPurgeSchedule', {})
  if (schedule.isPending) return null
  if (schedule.isError) return <ProblemBanner error={schedule.error} />
  const found = schedule.data.data
  return (
    <div className="flex flex-col gap-4">
      <PurgeForm
        start={fromSchedule(found)}
        scheduled={!!found?.schedule?.type && found.schedule.type !== 'None'}
        nextAt={found?.schedule?.next_scheduled_time}
      />
      <PurgeHistory />
    </div>
  )
}

type Props = { start: PurgeDraft; scheduled: boolean; nextAt: string | undefined }

function PurgeForm({ start, scheduled, nextAt }: Props) {
  const t = useTranslations('audit.purge')
  const notify = useNotify()
  const frozen = useSystemReadOnly()
  const changes = ['getPurgeSchedule', 'getPurgeHistory'] as const
  const create = useApiMutation('createPurgeSchedule', [...changes])
  const update = useApiMutation('updatePurgeSchedule', [...changes])
  const [draft, setDraft] = useState(start)
  const [tried, setTried] = useState(false)
  const [asking, setAsking] = useState(false)
  const problems = tried ? purgeProblems(draft) : []
  const change = (changed: Partial<PurgeDraft>) => setDraft((now) => ({ ...now, ...changed }))
  const ready = () => {
    setTried(true)
    return purgeProblems(draft).length === 0
  }

  function onSubmit(event: FormEvent) {
    event.preventDefault()
    if (!ready()) return
    const save = scheduled ? update : create
    save.mutate({ body: toPurgeBody(draft) }, { onSuccess: () => notify('good', t('saved')) })
  }
  const runNow = (dryRun: boolean) =>
    create.mutate(
      { body: toPurgeBody(draft, { dryRun }) },
      {
        onSuccess: () => {
          notify('good', t(dryRun ? 'dryRunStarted' : 'started'))
          setAsking(false)
        },
      },
    )

  return (
    <Section title={t('title')} description={t('description')}>
      <form noValidate onSubmit={onSubmit} className="flex max-w-160 flex-col gap-5">
        <ProblemBanner error={update.error ?? (asking ? null : create.error)} />
        <div className="max-w-48">
          <TextField
            label={t('keep')}
            help={t('keepHelp')}
            error={problems.includes('days') ? t('problems.days') : undefined}
            inputMode="numeric"
            autoComplete="off"
            value={draft.keepDays}
            onChange={(event) => change({ keepDays: event.target.value })}
            required
          />
        </div>
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-1 text-13 font-medium">{t('groups')}</legend>
          {purgeGroups.map((group) => (
            <Checkbox
              key={group}
              label={t(`group.${group}`)}
              checked={draft.groups.includes(group)}
              onChange={(event) =>
                change({
                  groups: purgeGroups.filter((one) =>
                    one === group ? event.target.checked : draft.groups.includes(one),
                  ),
                })
              }
            />
          ))}
          {problems.includes('groups') && <p className="text-13 text-bad">{t('problems.groups')}</p>}
        </fieldset>
        <div className="flex flex-wrap items-start gap-3">
          <SelectField
            label={t('time')}
            value={draft.time}
            onChange={(event) => change({ time: event.target.value as PurgeTime })}
            options={purgeTimes.map((value) => ({ value, label: t(`times.${value}`) }))}
          />
          {draft.time === 'Custom' && (
            <div className="min-w-48 flex-1">
              <TextField
                label={t('cron')}
                help={t('cronHelp')}
                error={problems.includes('cron') ? t('problems.cron') : undefined}
                value={draft.cron}
                onChange={(event) => change({ cron: event.target.value })}
                autoComplete="off"
                spellCheck={false}
                className="font-mono text-13"
              />
            </div>
          )}
        </div>
        {scheduled && nextAt && (
          <p className="text-13 text-ink-2">
            {t('next')} <Time at={nextAt} />
          </p>
        )}
        {!frozen && (
          <div className="flex flex-wrap gap-2">
            <Button variant="primary" type="submit" busy={update.isPending}>
              {t('save')}
            </Button>
            <Button busy={create.isPending && !asking} onClick={() => ready() && runNow(true)}>
              {t('dryRun')}
            </Button>
            <Button onClick={() => ready() && setAsking(true)}>{t('now')}</Button>
          </div>
        )}
      </form>
      {asking && (
        <ConfirmDialog
          open
          onClose={() => setAsking(false)}
          title={t('confirmTitle')}
          confirmLabel={t('confirm')}
          busy={create.isPending}
          error={<ProblemBanner error={create.error} />}
          onConfirm={() => runNow(false)}
        >
          <p>{t('confirmHelp', { days: Number(draft.keepDays) })}</p>
        </ConfirmDialog>
      )}
    </Section>
  )
}
