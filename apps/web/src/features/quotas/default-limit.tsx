'use client'
import { Button, formatBytes, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { lazy, Suspense, useState } from 'react'
import { useApiQuery } from '@/data/use-api.ts'

const EditDefault = lazy(() => import('./edit-default.tsx'))

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
      {open && (
        <Suspense>
          <EditDefault limitBytes={limitBytes} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
