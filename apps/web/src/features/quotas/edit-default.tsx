'use client'
import { Button, Dialog, useNotify, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { useApiMutation } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { draftOf, limitOf } from './byte-amount.ts'
import { LimitField } from './limit-field.tsx'

export default function EditDefault({ limitBytes, onClose }: { limitBytes: number; onClose: () => void }) {
  const t = useTranslations('quotas')
  const { words } = useUi()
  const notify = useNotify()
  const update = useApiMutation('updateConfigurations', ['getConfigurations'])
  const [draft, setDraft] = useState(() => draftOf(limitBytes))
  const [invalid, setInvalid] = useState(false)
  const chosen = limitOf(draft)
  function onSubmit(event: FormEvent) {
    event.preventDefault()
    setInvalid(chosen === undefined)
    if (chosen === undefined || update.isPending) return
    update.mutate(
      { body: { storage_per_project: chosen } },
      {
        onSuccess: () => {
          notify('good', t('default.done'))
          onClose()
        },
      },
    )
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('default.title')}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button variant="primary" type="submit" form="default-limit" busy={update.isPending}>
            {t('default.submit')}
          </Button>
        </>
      }
    >
      <form id="default-limit" noValidate onSubmit={onSubmit} className="flex flex-col gap-4">
        <ProblemBanner error={update.error} />
        <LimitField
          label={t('limit.label')}
          help={t('default.help')}
          value={draft}
          onChange={setDraft}
          invalid={invalid && chosen === undefined}
        />
      </form>
    </Dialog>
  )
}
