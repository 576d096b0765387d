'use client'
import { Banner, Button, FormErrorSummary, Icon } from '@berth/ui'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { fieldIdOf } from './setting-fields.tsx'
import { inWordsOf } from './settings-draft.ts'
import type { Settings } from './use-settings.ts'

type Props = { settings: Settings; labelOf: (key: string) => string; children: ReactNode }

/** The fields, what is wrong with them, and a bar that says whether all is saved. */
export function SettingsForm({ settings, labelOf, children }: Props) {
  const t = useTranslations('configurations.form')
  const { dirty, saving, refused, refusal } = settings
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        settings.save()
      }}
      className="flex min-w-0 flex-col gap-4"
    >
      <FormErrorSummary
        attempt={settings.error ?? refused}
        problems={
          refused ? [{ fieldId: fieldIdOf(refused), message: `${labelOf(refused)}: ${t('refused')}` }] : []
        }
      />
      <ProblemBanner error={settings.problem} />
      {children}
      {/* Why it was refused stands beside the button that was pressed, however long the form is. */}
      <div className="sticky bottom-0 z-10 flex flex-col gap-3 border-t border-line bg-canvas py-3">
        {refusal !== undefined && (
          <Banner role="alert" tone="bad" title={t('cannotSave')}>
            <span lang="en">{inWordsOf(refusal, settings.keys, labelOf)}</span>
          </Banner>
        )}
        <ProblemBanner error={settings.error} />
        <div className="flex flex-wrap items-center gap-3">
          <Button variant="primary" type="submit" busy={saving} disabled={!dirty && !saving}>
            {t('save')}
          </Button>
          {dirty && (
            <Button variant="quiet" disabled={saving} onClick={settings.discard}>
              {t('discard')}
            </Button>
          )}
          <span role="status" className="flex items-center gap-1 text-13 text-ink-2">
            {dirty && t('unsaved')}
            {settings.saved && (
              <>
                <Icon name="check" className="text-good" />
                {t('saved')}
              </>
            )}
          </span>
        </div>
      </div>
    </form>
  )
}
