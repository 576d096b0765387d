'use client'
import { Button, Icon, Menu, useUi } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useListState } from '@/data/use-list-state.ts'
import { auditLink } from './audit-links.ts'
import { auditConditions } from './audit-list-state.ts'

type Props = { project: string | null; live: boolean; connected: boolean }

/** What can be done with the lines that the filters leave: follow them, or take them along. */
export function AuditActions({ project, live, connected }: Props) {
  const t = useTranslations('audit')
  const list = useListState([])
  const params = useSearchParams()
  const { nowMs } = useUi()
  // The answer is a file: the browser keeps the page.
  const save = (format: 'csv' | 'jsonl') => () =>
    window.location.assign(auditLink(project, 'export', { format, q: auditConditions(params, nowMs) }))
  return (
    <span className="ml-auto flex items-center gap-2">
      <Button aria-pressed={live} onClick={() => list.change({ live: live ? undefined : 1 })}>
        <span
          aria-hidden="true"
          className={live && connected ? 'size-2 rounded-full bg-good' : 'size-2 rounded-full bg-control'}
        />
        {t('live')}
      </Button>
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
