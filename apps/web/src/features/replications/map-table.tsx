'use client'
import type { Schemas } from '@berth/contract'
import { type Column, Pagination, Table, Time, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useListState } from '@/data/use-list-state.ts'
import { registriesPath } from '@/features/registries/registry-list-state.ts'
import { LineStatus } from './line-status.tsx'
import { byUrgency, type MapLine } from './map-sides.ts'
import { policyPath, replicationsPath } from './replication-input.ts'
import { useBegun } from './use-begun.ts'

const PAGE_SIZE = 50

/** The same as the picture, a row for each line of the answer. */
export function MapTable({ map }: { map: Schemas['ReplicationMap'] }) {
  const t = useTranslations('replications')
  const begun = useBegun()
  const { Link } = useUi()
  const list = useListState([])
  const names = new Map(map.registries.map(({ id, name }) => [id, name]))
  const lines = map.lines.toSorted((a, b) => byUrgency(a, b) || a.policy_name.localeCompare(b.policy_name))
  const end = (id: number) =>
    id === 0 ? (
      t('thisBerth')
    ) : (
      <Link
        href={`${registriesPath}/${id}`}
        className="rounded-md wrap-anywhere hover:text-accent hover:underline"
      >
        {names.get(id)}
      </Link>
    )
  const columns: Column<MapLine>[] = [
    {
      id: 'policy',
      header: t('columns.name'),
      primary: true,
      cell: ({ policy_id, policy_name }) => (
        <Link
          href={policyPath(policy_id)}
          className="rounded-md wrap-anywhere text-ink hover:text-accent hover:underline"
        >
          {policy_name}
        </Link>
      ),
    },
    {
      id: 'route',
      header: t('columns.route'),
      cell: ({ from, to, mirror }) => (
        <span className="inline-flex flex-wrap gap-x-1.5">
          {end(from)}
          <span aria-hidden="true" className="text-ink-3">
            {mirror ? '⇄' : '→'}
          </span>
          <span className="sr-only">{t(mirror ? 'bothWays' : 'to')}</span>
          {end(to)}
        </span>
      ),
    },
    { id: 'state', bare: true, header: t('map.state'), cell: (line) => <LineStatus line={line} /> },
    {
      id: 'trigger',
      header: t('columns.trigger'),
      cell: ({ trigger }) => begun(trigger),
    },
    {
      id: 'last',
      header: t('columns.last'),
      cell: ({ last_execution: last }) => (last ? <Time at={last.start_time} /> : '–'),
    },
  ]
  const more = map.registries.reduce((sum, registry) => sum + registry.more_lines, 0)
  return (
    <div>
      {more > 0 && (
        <p className="pb-3 text-13 text-ink-2">
          {t.rich('map.notListed', {
            count: more,
            list: (text) => (
              <Link href={replicationsPath} className="rounded-md text-accent hover:underline">
                {text}
              </Link>
            ),
          })}
        </p>
      )}
      <Table
        id="replication-map"
        fixedColumns
        label={t('map.title')}
        columns={columns}
        rows={lines.slice((list.page - 1) * PAGE_SIZE, list.page * PAGE_SIZE)}
        rowKey={({ policy_id }) => String(policy_id)}
        rowLabel={({ policy_name }) => policy_name}
        empty={null}
      />
      <Pagination
        page={list.page}
        pageSize={PAGE_SIZE}
        total={map.lines.length}
        hrefFor={(page) => list.href({ page })}
        onGo={(page) => list.change({ page })}
      />
    </div>
  )
}
