'use client'
import { Select } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useListState } from '@/data/use-list-state.ts'
import { dayChoices, readDayCount } from './statistics-input.ts'

/** How far back the charts of this page go; stands in the URL. */
export function DayCountChoice() {
  const t = useTranslations('statistics')
  const list = useListState([])
  return (
    <Select
      aria-label={t('window')}
      value={String(readDayCount(useSearchParams()))}
      onChange={({ target: { value } }) => list.change({ days: value === '30' ? undefined : value })}
      options={dayChoices.map((count) => ({ value: String(count), label: t('lastDays', { count }) }))}
    />
  )
}
