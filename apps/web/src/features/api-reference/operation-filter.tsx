'use client'
import { FilterField } from '@berth/ui'
import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { changedUrl } from '@/data/list-state.ts'

/** The list is made on the server, so the filter asks for the page again. */
export function OperationFilter() {
  const t = useTranslations('apiReference')
  const router = useRouter()
  const pathname = usePathname()
  const params = useSearchParams()
  return (
    <FilterField
      label={t('filter')}
      value={params.get('q') ?? ''}
      onChange={(q) => router.replace(changedUrl(pathname, params, { q }), { scroll: false })}
    />
  )
}
