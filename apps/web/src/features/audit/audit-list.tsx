'use client'
import type { Schemas } from '@berth/contract'
import { type Column, EmptyState, shortenDigest, Time, useUi } from '@berth/ui'
import dynamic from 'next/dynamic'
import { useTranslations } from 'next-intl'
import { lazy, Suspense } from 'react'
import { useListState } from '@/data/use-list-state.ts'
import { QueryTable } from '@/features/frame/query-table.tsx'
import { AuditActions } from './audit-actions.tsx'
import { AuditFilters } from './audit-filters.tsx'
import { auditPageSize } from './audit-list-state.ts'
import { ResultStatus } from './result-status.tsx'
import { useAuditLines } from './use-audit-lines.ts'
import { useLineWords } from './use-line-words.ts'
import { useLiveLines } from './use-live-lines.ts'

type Line = Schemas['AuditLogExt']
const LinePanel = lazy(() => import('./line-panel.tsx'))
// Says times as the browser writes them.
const Reach = dynamic(() => import('./reach.tsx'), { ssr: false })

/** What happened, newest first: in a project, or with null everywhere. */
export function AuditList({ project }: { project: string | null }) {
  const t = useTranslations('audit')
  const words = useLineWords()
  const { Link } = useUi()
  const list = useListState([])
  const query = useAuditLines(project)
  const before = list.param('before')
  const live = list.param('live') === '1' && list.page === 1 && before === ''
  const { lines, connected } = useLiveLines(project, live)
  const fetched = query.data?.data ?? []
  const rows = lines.length === 0 ? fetched : withNews(lines, fetched)
  const page = list.param('page')
  const lineHref = ({ id = 0 }: Line) => list.href({ line: id, page })

  const columns: Column<Line>[] = [
    {
      id: 'event',
      header: t('columns.event'),
      primary: true,
      cell: (line) => (
        <Link
          href={lineHref(line)}
          scroll={false}
          prefetch={false}
          onClick={(event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return
            event.preventDefault()
            list.change({ line: line.id, page })
          }}
          className="rounded-md text-ink hover:text-accent hover:underline"
        >
          {words.event(line)}
        </Link>
      ),
    },
    {
      id: 'resource',
      header: t('columns.resource'),
      cell: ({ resource = '', times = 1 }) => (
        <>
          <Resource name={resource} />
          {times > 1 && <span className="ml-2 text-12 text-ink-3">{t('times', { count: times })}</span>}
        </>
      ),
    },
    {
      id: 'actor',
      header: t('columns.actor'),
      cell: ({ username, actor_kind }) => (
        <span className="inline-block break-all md:min-w-28">
          {actor_kind === 'system' || actor_kind === 'anonymous' ? t(`actors.${actor_kind}`) : username}
        </span>
      ),
    },
    {
      id: 'result',
      bare: true,
      header: t('columns.result'),
      cell: (line) => <ResultStatus line={line} />,
    },
    {
      id: 'address',
      header: t('columns.address'),
      cell: ({ address }) => (
        <span className="inline-block font-mono text-13 break-all md:min-w-30">{address || '–'}</span>
      ),
    },
    {
      id: 'credential',
      defaultHidden: true,
      header: t('columns.credential'),
      cell: ({ credential = '' }) => words.credential(credential),
    },
    {
      id: 'agent',
      defaultHidden: true,
      header: t('columns.agent'),
      cell: ({ user_agent }) => <span className="line-clamp-2 break-words">{user_agent || '–'}</span>,
    },
    { id: 'time', header: t('columns.time'), cell: ({ op_time }) => <Time at={op_time} /> },
  ]
  const open = Number(list.param('line')) || undefined
  const searchedBackTo = query.data?.searchedBackTo

  return (
    <div>
      <QueryTable
        id="audit"
        label={t('title')}
        columns={columns}
        query={query}
        list={list}
        pageSize={auditPageSize}
        rows={rows}
        rowKey={({ id }) => String(id)}
        rowLabel={({ resource }) => resource ?? ''}
        toolbar={
          <>
            <AuditFilters />
            <AuditActions project={project} live={live} connected={connected} />
          </>
        }
        empty={
          <EmptyState icon="search" title={t(searchedBackTo ? 'reach.none' : 'empty.title')}>
            {!searchedBackTo && t('empty.help')}
          </EmptyState>
        }
      />
      {(searchedBackTo || before) && <Reach back={searchedBackTo ?? null} before={before} />}
      {open !== undefined && (
        <Suspense>
          <LinePanel
            project={project}
            id={open}
            known={rows.find(({ id }) => id === open)}
            onClose={() => list.change({ line: undefined, page }, true)}
          />
        </Suspense>
      )}
    </div>
  )
}

// The panel of the line has it whole.
function Resource({ name }: { name: string }) {
  const shown = name.replace(/sha256:[0-9a-f]{64}/g, shortenDigest)
  const tip = shown === name ? undefined : name
  return (
    <code className="rounded-md font-mono text-13 break-all" data-tip={tip} tabIndex={tip ? 0 : undefined}>
      {shown}
    </code>
  )
}

/** New lines before those of the list, which may have some of them by now. */
function withNews(news: Line[], fetched: Line[]): Line[] {
  const known = new Set(fetched.map(({ id }) => id))
  return [...news.filter(({ id }) => !known.has(id)), ...fetched]
}
