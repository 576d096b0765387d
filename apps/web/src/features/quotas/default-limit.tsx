'use client'
import { Button, Dialog, formatBytes, useNotify, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { draftOf, limitOf } from './byte-amount.ts'
import { LimitField } from './limit-field.tsx'

/** What a new project may hold, with the way to change it. */
export function DefaultLimit() {
  const t = useTranslations('quotas')
  const { locale } = useUi()
  const [open, setOpen] = useState(false)
  const limitBytes = useApiQuery('getConfigurations', {}).data?.data.storage_per_project?.value
  if (limitBytes === undefined) return null
  return (
    <>
      <span className="text-13 text-ink-2">
        {t('default.now', {
          limit: limitBytes < 0 ? t('default.none') : formatBytes(limitBytes, locale),
        })}
      </span>
      <Button icon="edit" onClick={() => setOpen(true)}>
        {t('default.action')}
      </Button>
      {open && <EditDefault limitBytes={limitBytes} onClose={() => setOpen(false)} />}
    </>
  )
}

function EditDefault({ limitBytes, onClose }: { limitBytes: number; onClose: () => void }) {
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
