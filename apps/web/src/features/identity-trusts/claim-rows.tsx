'use client'
import { Button, IconButton, TextField } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type ClaimRow, fieldIds } from './trust-draft.ts'

const MAX_CLAIMS = 10

type Props = {
  rows: ClaimRow[]
  onChange: (rows: ClaimRow[]) => void
  errorOf: (fieldId: string) => string | undefined
}

/** Claims and the patterns they must fit; all of them. */
export function ClaimRows({ rows, onChange, errorOf }: Props) {
  const t = useTranslations('identityTrusts.form')
  const set = (row: ClaimRow) => onChange(rows.map((one) => (one.key === row.key ? row : one)))
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="pb-1 text-13 font-medium">{t('claims')}</legend>
      <p className="text-12 text-ink-3">{t('claimsHelp')}</p>
      {rows.map((row, index) => (
        <div key={row.key} className="flex items-start gap-2 max-sm:flex-wrap">
          <div className="w-44 shrink-0 max-sm:w-full">
            <TextField
              id={`${fieldIds.claim}-${row.key}`}
              label={t('claim', { number: index + 1 })}
              error={errorOf(`${fieldIds.claim}-${row.key}`)}
              value={row.path}
              onChange={(event) => set({ ...row, path: event.target.value })}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              className="font-mono text-13"
            />
          </div>
          <div className="min-w-0 flex-1">
            <TextField
              label={t('pattern', { number: index + 1 })}
              value={row.pattern}
              onChange={(event) => set({ ...row, pattern: event.target.value })}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              className="font-mono text-13"
            />
          </div>
          {rows.length > 1 && (
            <IconButton
              icon="close"
              className="mt-6"
              label={t('removeClaim', { number: index + 1 })}
              onClick={() => onChange(rows.filter(({ key }) => key !== row.key))}
            />
          )}
        </div>
      ))}
      {rows.length < MAX_CLAIMS && (
        <div>
          <Button
            icon="plus"
            onClick={() =>
              onChange([
                ...rows,
                { key: Math.max(-1, ...rows.map(({ key }) => key)) + 1, path: '', pattern: '' },
              ])
            }
          >
            {t('addClaim')}
          </Button>
        </div>
      )}
    </fieldset>
  )
}
