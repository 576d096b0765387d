'use client'
import { Icon, Menu, useUi } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { auditLink } from './audit-links.ts'
import { auditConditions } from './audit-list-state.ts'

/** What can be done with the lines that the filters leave: take them along. */
export function AuditActions({ project }: { project: string | null }) {
  const t = useTranslations('audit')
  const params = useSearchParams()
  const { nowMs } = useUi()
  // The answer is a file: the browser keeps the page.
  const save = (format: 'csv' | 'jsonl') => () =>
    window.location.assign(auditLink(project, 'export', { format, q: auditConditions(params, nowMs) }))
  return (
    <span className="ml-auto flex items-center gap-2">
      <Menu
        label={t('export.label')}
        tip
        trigger={<Icon name="download" />}
        items={[
          { label: t('export.csv'), onSelect: save('csv') },
          { label: t('export.jsonl'), onSelect: save('jsonl') },
        ]}
      />
    </span>
  )
}
