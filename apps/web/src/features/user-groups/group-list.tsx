'use client'
import type { Schemas } from '@berth/contract'
import { Button, type Column, EmptyState, Icon, Menu } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { lazy, Suspense, useState } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { useListState } from '@/data/use-list-state.ts'
import { QueryTable } from '@/features/frame/query-table.tsx'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import type { GroupQuestion } from './group-dialogs.tsx'
import { groupPageSize, groupsInput, kindOf } from './group-list-state.ts'

type Group = Schemas['UserGroup']
const AddGroup = lazy(() => import('./add-group.tsx'))
const GroupDialogs = lazy(() => import('./group-dialogs.tsx'))

export function GroupList() {
  const t = useTranslations('userGroups')
  const frozen = useSystemReadOnly()
  const list = useListState([])
  const query = useApiQuery('listUserGroups', groupsInput(useSearchParams()), { keepPrevious: true })
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [asking, setAsking] = useState<{ what: GroupQuestion; groups: Group[] }>()
  const page = list.param('page')

  const columns: Column<Group>[] = [
    {
      id: 'name',
      header: t('columns.name'),
      primary: true,
      cell: ({ group_name }) => <span className="wrap-anywhere">{group_name}</span>,
    },
    {
      id: 'kind',
      bare: true,
      header: t('columns.kind'),
      cell: ({ group_type }) => t(`kinds.${kindOf(group_type)}`),
    },
    {
      id: 'dn',
      header: t('columns.dn'),
      cell: ({ ldap_group_dn }) =>
        ldap_group_dn ? <code className="font-mono text-13 break-all">{ldap_group_dn}</code> : '–',
    },
    {
      id: 'actions',
      header: t('columns.actions'),
      actions: true,
      align: 'end',
      cell: (group) => {
        const ask = (what: GroupQuestion) => () => setAsking({ what, groups: [group] })
        return (
          <Menu
            label={t('menu', { name: group.group_name ?? '' })}
            trigger={<Icon name="more" />}
            items={[
              // A provider's group is its name: under another one it would be another group.
              ...(kindOf(group.group_type) === 'ldap' && !frozen
                ? [
                    { label: t('rename.action'), icon: 'edit' as const, onSelect: ask('rename') },
                    { kind: 'line' as const },
                  ]
                : []),
              { label: t('delete'), icon: 'trash', danger: true, onSelect: ask('delete') },
            ]}
          />
        )
      },
    },
  ]

  return (
    <>
      <QueryTable
        id="user-groups"
        label={t('title')}
        columns={columns}
        query={query}
        list={list}
        pageSize={groupPageSize}
        skeletonRows={4}
        filter={t('filter')}
        rowKey={({ id }) => String(id)}
        rowLabel={({ group_name }) => group_name ?? ''}
        selection={{ keys: chosen, onChange: setChosen }}
        bulkActions={(rows) => (
          <Button
            size="sm"
            variant="danger"
            icon="trash"
            onClick={() => setAsking({ what: 'delete', groups: rows })}
          >
            {t('delete')}
          </Button>
        )}
        toolbar={
          !frozen && (
            <Button
              variant="primary"
              icon="plus"
              className="ml-auto"
              onClick={() => list.change({ add: 1, page })}
            >
              {t('add.action')}
            </Button>
          )
        }
        empty={
          <EmptyState
            icon={list.q ? 'search' : 'people'}
            title={t(list.q ? 'empty.filtered' : 'empty.title')}
          >
            {!list.q && t('empty.help')}
          </EmptyState>
        }
      />
      <Suspense>
        {!frozen && list.param('add') === '1' && (
          <AddGroup onClose={() => list.change({ add: undefined, page }, true)} />
        )}
        {asking && (
          <GroupDialogs
            {...asking}
            onClose={() => setAsking(undefined)}
            onDone={() => {
              setChosen(new Set())
              setAsking(undefined)
            }}
          />
        )}
      </Suspense>
    </>
  )
}
