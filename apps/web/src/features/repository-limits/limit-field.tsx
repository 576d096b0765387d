'use client'
import { TextAreaField } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type ComponentType, lazy, Suspense, useId } from 'react'
import { orNothing } from '@/features/frame/after-load.tsx'
import { type LimitDraft, limitProblem, readPatterns } from './limit-patterns.ts'

type Preview = { project: string; patterns: readonly string[] }
// Drawn by the server for those who have patterns; nothing of it is pressed, and a form goes on without it.
const LimitPreview = lazy<ComponentType<Preview>>(() => import('./limit-preview.tsx').catch(orNothing))

type Props = {
  /** Whose repositories the preview shows; without one there is no preview. */
  project: string | undefined
  fieldId: string
  value: LimitDraft
  onChange: (value: LimitDraft) => void
  /** Whether problems are told yet. */
  tried: boolean
}

/** Every repository of the project, or those that fit a pattern; beside the patterns stands what they reach now. */
export function LimitField({ project, fieldId, value, onChange, tried }: Props) {
  const t = useTranslations('repositoryLimits')
  const group = useId()
  const problem = tried ? limitProblem(value) : undefined
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="pb-1 text-13 font-medium">{t('label')}</legend>
      {([false, true] as const).map((limited) => (
        <label key={String(limited)} className="flex min-h-6 items-center gap-2 text-13">
          <input
            type="radio"
            name={group}
            className="size-4 accent-accent"
            checked={value.limited === limited}
            onChange={() => onChange({ ...value, limited })}
          />
          {t(limited ? 'some' : 'every')}
        </label>
      ))}
      {value.limited && (
        <div className="mt-1 flex flex-col gap-3">
          <TextAreaField
            id={fieldId}
            label={t('patterns')}
            help={t('help')}
            error={problem && t(`problems.${problem}`)}
            value={value.text}
            onChange={(event) => onChange({ ...value, text: event.target.value })}
            rows={3}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            className="font-mono text-13"
          />
          {project !== undefined && (
            <Suspense fallback={<div className="h-9 rounded-md bg-sunken" />}>
              <LimitPreview project={project} patterns={readPatterns(value.text)} />
            </Suspense>
          )}
        </div>
      )}
    </fieldset>
  )
}
