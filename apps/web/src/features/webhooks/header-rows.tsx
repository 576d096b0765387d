'use client'
import { Button, IconButton, TextField } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type HeaderRow, webhookFieldIds } from './policy-draft.ts'

const MAX_HEADERS = 20

type Props = { rows: HeaderRow[]; onChange: (rows: HeaderRow[]) => void; error: string | undefined }

/** Headers that go along with every delivery. */
export function HeaderRows({ rows, onChange, error }: Props) {
  const t = useTranslations('webhooks.form')
  const set = (index: number, changed: Partial<HeaderRow>) =>
    onChange(rows.map((row, at) => (at === index ? { ...row, ...changed } : row)))
  const text = {
    autoComplete: 'off',
    autoCapitalize: 'none',
    spellCheck: false,
    className: 'font-mono text-13',
  }
  return (
    <fieldset id={webhookFieldIds.headers} tabIndex={-1} className="flex flex-col gap-2">
      <legend className="text-13 font-medium">{t('headers')}</legend>
      <p className="text-12 text-ink-3">{t('headersHelp')}</p>
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own while they are typed
        <div key={index} className="flex items-end gap-2">
          <div className="min-w-0 flex-1">
            <TextField
              label={t('headerName', { number: index + 1 })}
              value={row.name}
              onChange={(event) => set(index, { name: event.target.value })}
              {...text}
            />
          </div>
          <div className="min-w-0 flex-1">
            <TextField
              label={t('headerValue', { number: index + 1 })}
              value={row.value}
              onChange={(event) => set(index, { value: event.target.value })}
              {...text}
            />
          </div>
          <IconButton
            icon="trash"
            label={t('removeHeader', { number: index + 1 })}
            onClick={() => onChange(rows.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      {error && <p className="text-13 text-bad">{error}</p>}
      {rows.length < MAX_HEADERS && (
        <div>
          <Button size="sm" icon="plus" onClick={() => onChange([...rows, { name: '', value: '' }])}>
            {t('addHeader')}
          </Button>
        </div>
      )}
    </fieldset>
  )
}
