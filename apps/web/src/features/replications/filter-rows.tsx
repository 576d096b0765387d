'use client'
import { Button, IconButton, Select, SelectField, TextAreaField, TextField } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useRef } from 'react'
import { GlobHelp } from '@/features/immutable-rules/glob-help.tsx'
import {
  type FilterDraft,
  type FilterType,
  filterFieldId,
  filterTypes,
  policyFieldIds,
  withType,
} from './policy-draft.ts'
import type { FieldsProps } from './policy-form.tsx'

const MAX_FILTERS = 50
/** What the API takes: lists of names are long. */
const MAX_PATTERN = 4_096

/** What goes: all of the rows must let it pass. */
export function FilterRows({ draft, change, errorOf }: FieldsProps) {
  const t = useTranslations('replications.form')
  const { filters } = draft
  const group = useRef<HTMLFieldSetElement>(null)
  const set = (index: number, changed: Partial<FilterDraft>) =>
    change({ filters: filters.map((row, at) => (at === index ? { ...row, ...changed } : row)) })
  const error = errorOf(policyFieldIds.filters)
  return (
    <fieldset
      ref={group}
      id={policyFieldIds.filters}
      tabIndex={-1}
      aria-label={t('parts.filters')}
      aria-describedby={error && `${policyFieldIds.filters}-error`}
      className="flex min-w-0 flex-col gap-4"
    >
      <p className="text-13 text-ink-2">{t('filtersHelp')}</p>
      {filters.map((filter, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own while they are typed
          key={index}
          className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-2 sm:grid-cols-[144px_minmax(0,1fr)_auto]"
        >
          <div className="col-span-2 sm:col-span-1">
            <SelectField
              label={t('filterType', { number: index + 1 })}
              value={filter.type}
              onChange={({ target }) => {
                set(index, withType(filter, target.value as FilterType))
              }}
              options={filterTypes.map((value) => ({ value, label: t(`filterTypes.${value}`) }))}
            />
          </div>
          <FilterValue
            filter={filter}
            index={index}
            error={errorOf(filterFieldId(index))}
            onChange={(changed) => set(index, changed)}
          />
          <IconButton
            icon="trash"
            label={t('removeFilter', { number: index + 1 })}
            className="mt-6"
            onClick={() => {
              change({ filters: filters.filter((_, at) => at !== index) })
              // Its own button goes with the last row, and would take the focus with it.
              if (index === filters.length - 1) group.current?.focus()
            }}
          />
        </div>
      ))}
      {error && (
        <p id={`${policyFieldIds.filters}-error`} className="text-13 text-bad">
          {error}
        </p>
      )}
      {filters.length < MAX_FILTERS && (
        <div>
          <Button
            size="sm"
            icon="plus"
            onClick={() => change({ filters: [...filters, { type: 'tag', value: '', excludes: false }] })}
          >
            {t('addFilter')}
          </Button>
        </div>
      )}
      <GlobHelp />
    </fieldset>
  )
}

type ValueProps = {
  filter: FilterDraft
  index: number
  error: string | undefined
  onChange: (changed: Partial<FilterDraft>) => void
}

function FilterValue({ filter, index, error, onChange }: ValueProps) {
  const t = useTranslations('replications.form')
  const { type, value } = filter
  const shared = {
    id: filterFieldId(index),
    label: t(`filterValues.${type}`),
    help: t(`filterHelp.${type}`),
    error,
    value,
  }
  const text = {
    autoComplete: 'off',
    autoCapitalize: 'none',
    spellCheck: false,
    className: 'font-mono text-13',
  }
  const onText = (event: { target: { value: string } }) => onChange({ value: event.target.value })
  if (type === 'resource')
    return (
      <SelectField
        {...shared}
        onChange={onText}
        options={[
          { value: 'image', label: t('images') },
          { value: 'artifact', label: t('artifacts') },
        ]}
      />
    )
  const field =
    type === 'label' ? (
      <TextAreaField {...shared} {...text} onChange={onText} rows={2} className="min-h-8 text-13" />
    ) : (
      <TextField
        {...shared}
        {...text}
        onChange={onText}
        inputMode={type === 'newest' ? 'numeric' : undefined}
        maxLength={MAX_PATTERN}
      />
    )
  if (type !== 'tag' && type !== 'label') return field
  return (
    <div className="flex min-w-0 items-start gap-2">
      <span className="mt-6">
        <Select
          aria-label={t('decoration', { number: index + 1 })}
          value={filter.excludes ? 'excludes' : 'matches'}
          onChange={(event) => onChange({ excludes: event.target.value === 'excludes' })}
          options={[
            { value: 'matches', label: t('matches') },
            { value: 'excludes', label: t('excludes') },
          ]}
        />
      </span>
      <div className="min-w-0 flex-1">{field}</div>
    </div>
  )
}
