'use client'
import { Button } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Section } from '@/features/frame/section.tsx'
import type { Grantable } from './permission-catalog.ts'
import { PermissionGrid } from './permission-grid.tsx'
import { fieldIds } from './robot-draft.ts'

type Props = {
  grantable: readonly Grantable[]
  value: ReadonlySet<string>
  onChange: (value: Set<string>) => void
  error: string | undefined
  onAddPlace: () => void
}

/** Only for robots of the system: more projects with other rights, and rights outside projects. */
export function SystemFields({ grantable, value, onChange, error, onAddPlace }: Props) {
  const t = useTranslations('robots.system')
  const [open] = useState(value.size > 0)
  return (
    <>
      <div className="flex flex-wrap items-center gap-3">
        <Button id={fieldIds.more} icon="plus" onClick={onAddPlace}>
          {t('morePlaces')}
        </Button>
        {error && <p className="text-13 text-bad">{error}</p>}
      </div>
      <Section title={t('title')} description={t('description')}>
        <details open={open}>
          <summary className="w-fit rounded-md text-13 text-accent">
            {t('show', { count: value.size })}
          </summary>
          <div className="mt-3">
            <PermissionGrid grantable={grantable} value={value} onChange={onChange} />
          </div>
        </details>
      </Section>
    </>
  )
}
