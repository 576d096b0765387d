'use client'
import { TextField } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { exampleName, exampleSource } from './destination-example.ts'
import { type PolicyDraft, policyFieldIds } from './policy-draft.ts'
import type { FieldsProps } from './policy-form.tsx'
import { RadioChoice } from './radio-choice.tsx'

const countOf = ({ flatten, replaceCount }: PolicyDraft): number =>
  flatten === 'all' ? 0 : flatten === 'last' ? -1 : Math.min(Number(replaceCount) || 0, 20)

/** What names become at the destination, shown by an example as it is typed. */
export function DestinationFields({ draft, change, errorOf }: FieldsProps) {
  const t = useTranslations('replications.form')
  const { namespace } = draft
  const named = draft.filters.find(({ type }) => type === 'name')?.value
  const replaceCount = countOf(draft)
  const source = exampleSource(named, replaceCount)
  const kept = namespace.trim() === ''
  return (
    <>
      <TextField
        id={policyFieldIds.namespace}
        label={t('namespace')}
        note={t('optional')}
        help={t(kept ? 'namespaceEmpty' : 'namespaceHelp')}
        error={errorOf(policyFieldIds.namespace)}
        value={namespace}
        onChange={(event) => change({ namespace: event.target.value })}
        maxLength={255}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        className="font-mono text-13"
      />
      {!kept && (
        <>
          <RadioChoice
            name="policy-flatten"
            legend={t('flatten')}
            value={draft.flatten}
            onChange={(flatten) => change({ flatten })}
            choices={[
              { value: 'all', label: t('flattenAll') },
              { value: 'last', label: t('flattenLast') },
              { value: 'some', label: t('flattenSome') },
            ]}
          />
          {draft.flatten === 'some' && (
            <div className="max-w-48">
              <TextField
                id={policyFieldIds.replaceCount}
                label={t('replaceCount')}
                help={t('replaceCountHelp')}
                error={errorOf(policyFieldIds.replaceCount)}
                value={draft.replaceCount}
                onChange={(event) => change({ replaceCount: event.target.value })}
                inputMode="numeric"
                autoComplete="off"
              />
            </div>
          )}
        </>
      )}
      <p className="flex flex-wrap items-baseline gap-x-2 rounded-md bg-sunken px-3 py-2 text-13">
        <span className="text-ink-2">{t('example')}</span>
        <code aria-live="polite" className="font-mono wrap-anywhere">
          {source} → {exampleName(source, { namespace, replaceCount })}
        </code>
      </p>
    </>
  )
}
