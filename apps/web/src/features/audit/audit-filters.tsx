'use client'
import { FilterField, Select } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { useListState } from '@/data/use-list-state.ts'
import {
  auditFilterKeys,
  auditResults,
  auditSpanNames,
  readDay,
  readEventType,
  readSpan,
} from './audit-list-state.ts'
import { useLineWords } from './use-line-words.ts'

// Under other filters a search begins anew.
function useFilterState() {
  const list = useListState([])
  return {
    ...list,
    narrow: (changes: Record<string, string | undefined>, replace = false) =>
      list.change({ before: undefined, ...changes }, replace),
  }
}

/** What the log is narrowed by; all of it stands in the URL. */
export function AuditFilters() {
  const t = useTranslations('audit')
  const words = useLineWords()
  const list = useFilterState()
  const events = useApiQuery('listAuditLogEventTypes', {}).data?.data ?? []
  const found = events.map(({ event_type = '' }) => readEventType(event_type))
  const choices = (name: 'operation' | 'type') =>
    [...new Set(found.map((event) => event[name]))]
      .map((value) => ({ value, label: words[name](value) }))
      // By code points: the server and the browser must agree on the order.
      .sort((a, b) => (a.label < b.label ? -1 : 1))
  const select = (name: string, any: string, options: { value: string; label: string }[]) => (
    <Select
      aria-label={t(`filters.${name}` as never)}
      value={list.param(name)}
      onChange={(event) => list.narrow({ [name]: event.target.value })}
      options={[{ value: '', label: any }, ...options]}
    />
  )
  return (
    <>
      <div className="flex basis-full sm:min-w-60 sm:flex-1 sm:basis-auto">
        <FilterField
          label={t('filters.text')}
          value={list.q}
          keys={auditFilterKeys}
          onChange={(q) => list.narrow({ q }, true)}
        />
      </div>
      <Times />
      {select('operation', t('filters.anyOperation'), choices('operation'))}
      {select('type', t('filters.anyType'), choices('type'))}
      {select(
        'result',
        t('filters.anyResult'),
        auditResults.map((value) => ({ value, label: t(`results.${value}`) })),
      )}
    </>
  )
}

/** A span that ends now, or days from a calendar. */
function Times() {
  const t = useTranslations('audit.filters')
  const list = useFilterState()
  const params = useSearchParams()
  const [from, to] = [readDay(params, 'from'), readDay(params, 'to')]
  const [choosing, setChoosing] = useState(from !== '' || to !== '')
  const day = (name: 'from' | 'to', value: string) => (
    <input
      type="date"
      aria-label={t(name)}
      value={value}
      onChange={(event) => list.narrow({ since: undefined, [name]: event.target.value }, true)}
      className="h-8 rounded-md border border-control bg-surface px-2 text-13"
    />
  )
  return (
    <>
      <Select
        aria-label={t('since')}
        value={choosing ? 'days' : (readSpan(params) ?? '')}
        onChange={({ target: { value } }) => {
          setChoosing(value === 'days')
          if (value !== 'days') list.narrow({ since: value, from: undefined, to: undefined })
        }}
        options={[
          { value: '', label: t('anyTime') },
          ...auditSpanNames.map((value) => ({ value, label: t(`spans.${value}`) })),
          { value: 'days', label: t('days') },
        ]}
      />
      {choosing && (
        <span className="flex items-center gap-1">
          {day('from', from)}
          <span aria-hidden="true">–</span>
          {day('to', to)}
        </span>
      )}
    </>
  )
}
