'use client'
import type { Schemas } from '@berth/contract'
import { Banner, Button, Dialog, useNotify, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { useApiMutation } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { draftOf, limitOf } from './byte-amount.ts'
import { LimitField } from './limit-field.tsx'
import { UsageBar } from './usage-bar.tsx'

type Props = { quota: Schemas['Quota']; onClose: () => void }

export default function EditLimit({ quota, onClose }: Props) {
  const t = useTranslations('quotas')
  const { words } = useUi()
  const notify = useNotify()
  const update = useApiMutation('updateQuota', ['listQuotas', 'getProjectSummary'])
  const project = String(quota.ref.name)
  const usedBytes = quota.used.storage ?? 0
  const [draft, setDraft] = useState(() => draftOf(quota.hard.storage ?? -1))
  const [invalid, setInvalid] = useState(false)
  const limitBytes = limitOf(draft)

  function onSubmit(event: FormEvent) {
    event.preventDefault()
    setInvalid(limitBytes === undefined)
    if (limitBytes === undefined || update.isPending) return
    update.mutate(
      { path: { id: quota.id }, body: { hard: { storage: limitBytes } } },
      {
        onSuccess: () => {
          notify('good', t('edit.done', { project }))
          onClose()
        },
      },
    )
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={t('edit.title', { project })}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button variant="primary" type="submit" form="edit-limit" busy={update.isPending}>
            {t('edit.submit')}
          </Button>
        </>
      }
    >
      <form id="edit-limit" noValidate onSubmit={onSubmit} className="flex flex-col gap-4">
        <ProblemBanner error={update.error} />
        <UsageBar usedBytes={usedBytes} limitBytes={limitBytes ?? -1} label={t('usageOf', { project })} />
        <LimitField
          label={t('limit.label')}
          help={t('limit.help')}
          value={draft}
          onChange={setDraft}
          invalid={invalid && limitBytes === undefined}
        />
        {limitBytes !== undefined && limitBytes >= 0 && limitBytes <= usedBytes && (
          <Banner tone="warn" title={t('edit.below')}>
            {t('edit.belowHelp')}
          </Banner>
        )}
      </form>
    </Dialog>
  )
}
