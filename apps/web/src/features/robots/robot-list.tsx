'use client'
import type { Schemas } from '@berth/contract'
import { Button, ButtonLink, type Column, EmptyState, Time, useUi } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { lazy, Suspense, useState } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { useListState } from '@/data/use-list-state.ts'
import { QueryTable } from '@/features/frame/query-table.tsx'
import type { RobotQuestion } from './robot-dialogs.tsx'
import { expiryMs, robotsPath } from './robot-facts.ts'
import { robotPageSize, robotSort, robotSorts, robotsInput } from './robot-list-state.ts'
import { RobotMenu } from './robot-menu.tsx'
import { RobotStatus } from './robot-status.tsx'
import { useRobotRights } from './use-robot-rights.ts'

type Robot = Schemas['Robot']
const RobotDialogs = lazy(() => import('./robot-dialogs.tsx'))

/** The robots of a project, or with null those of the system. */
export function RobotList({ project }: { project: string | null }) {
  const t = useTranslations('robots')
  const { Link } = useUi()
  const rights = useRobotRights(project)
  const list = useListState(robotSorts)
  const input = robotsInput(project === null ? null : (rights.projectId ?? 0), useSearchParams())
  const query = useApiQuery('ListRobot', input, { keepPrevious: true })
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [asking, setAsking] = useState<{ what: RobotQuestion; robots: Robot[] }>()
  const base = robotsPath(project)

  const columns: Column<Robot>[] = [
    {
      id: 'name',
      header: t('columns.name'),
      sortKey: 'name',
      primary: true,
      cell: ({ id, name }) => (
        <Link
          href={`${base}/${id}`}
          className="rounded-md font-mono text-13 break-all text-ink hover:text-accent hover:underline"
        >
          {name}
        </Link>
      ),
    },
    { id: 'state', bare: true, header: t('columns.state'), cell: (robot) => <RobotStatus robot={robot} /> },
    {
      id: 'expires',
      header: t('columns.expires'),
      cell: (robot) => {
        const atMs = expiryMs(robot)
        return atMs === null ? t('never') : <Time at={atMs} />
      },
    },
    {
      id: 'used',
      header: t('columns.used'),
      cell: ({ last_used_at }) =>
        last_used_at ? <Time at={last_used_at} /> : <span className="text-ink-3">{t('neverUsed')}</span>,
    },
    {
      id: 'created',
      defaultHidden: true,
      header: t('columns.created'),
      sortKey: 'creation_time',
      cell: ({ creation_time }) => <Time at={creation_time} />,
    },
    {
      id: 'description',
      header: t('columns.description'),
      defaultHidden: true,
      cell: ({ description }) => <span className="line-clamp-2">{description || '–'}</span>,
    },
  ]
  if (rights.stop || rights.delete) {
    columns.push({
      id: 'actions',
      header: t('columns.actions'),
      actions: true,
      align: 'end',
      cell: (robot) => (
        <RobotMenu
          robot={robot}
          rights={rights}
          href={`${base}/${robot.id}`}
          onAsk={(what) => setAsking({ what, robots: [robot] })}
        />
      ),
    })
  }

  return (
    <>
      <QueryTable
        id="robots"
        label={t('title')}
        columns={columns}
        query={query}
        list={list}
        pageSize={robotPageSize}
        skeletonRows={4}
        filter={t('filter')}
        rowKey={({ id }) => String(id)}
        rowLabel={({ name }) => name ?? ''}
        sort={list.sort || robotSort}
        selection={rights.delete ? { keys: chosen, onChange: setChosen } : undefined}
        bulkActions={(rows) => (
          <Button
            size="sm"
            variant="danger"
            icon="trash"
            onClick={() => setAsking({ what: 'delete', robots: rows })}
          >
            {t('delete')}
          </Button>
        )}
        toolbar={
          rights.create &&
          project !== null && (
            <ButtonLink variant="primary" icon="plus" className="ml-auto" href={`${base}/new`}>
              {t('new')}
            </ButtonLink>
          )
        }
        empty={
          <EmptyState
            icon={list.q ? 'search' : 'robot'}
            title={t(list.q ? 'empty.filtered' : 'empty.title')}
            action={
              !list.q && rights.create ? <ButtonLink href={`${base}/new`}>{t('new')}</ButtonLink> : undefined
            }
          >
            {!list.q && t('empty.help')}
          </EmptyState>
        }
      />
      {asking && (
        <Suspense>
          <RobotDialogs
            {...asking}
            onClose={() => setAsking(undefined)}
            onDone={() => {
              setChosen(new Set())
              setAsking(undefined)
            }}
          />
        </Suspense>
      )}
    </>
  )
}
