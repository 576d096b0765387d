'use client'
import type { Schemas } from '@berth/contract'
import { Button, type Column, EmptyState, FilterField, Table } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { lazy, Suspense, useState } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { useListState } from '@/data/use-list-state.ts'
import { useTableState } from '@/features/frame/table-state.tsx'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'

type Person = Schemas['LdapUser']
const ImportDialog = lazy(() => import('./import-dialog.tsx'))
/** As many as the API answers at most. */
const most = 200

/** People of the directory, to be given accounts before their first sign-in. */
export function ImportPeople() {
  const t = useTranslations('authentication.import')
  const list = useListState([])
  const frozen = useSystemReadOnly()
  const query = useApiQuery(
    'searchLdapUser',
    { query: list.q ? { username: list.q } : {} },
    { keepPrevious: true },
  )
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [importing, setImporting] = useState<Person[]>()
  const people = query.data?.data ?? []
  const columns: Column<Person>[] = [
    {
      id: 'username',
      header: t('columns.username'),
      primary: true,
      cell: ({ username }) => <span className="break-all">{username}</span>,
    },
    { id: 'realname', bare: true, header: t('columns.realname'), cell: ({ realname }) => realname || '–' },
    {
      id: 'email',
      bare: true,
      header: t('columns.email'),
      cell: ({ email }) => <span className="break-all">{email || '–'}</span>,
    },
  ]
  const state = useTableState(query)
  return (
    <>
      <Table
        id="import-people"
        label={t('title')}
        columns={columns}
        rows={people}
        rowKey={({ username = '' }) => username}
        rowLabel={({ username = '' }) => username}
        state={state}
        selection={frozen ? undefined : { keys: chosen, onChange: setChosen }}
        bulkActions={(rows) => (
          <Button size="sm" variant="primary" icon="plus" onClick={() => setImporting(rows)}>
            {t('import')}
          </Button>
        )}
        fixedColumns
        toolbar={
          <FilterField label={t('filter')} value={list.q} onChange={(q) => list.change({ q }, true)} />
        }
        empty={
          <EmptyState icon="people" title={t('empty')}>
            {t('emptyHelp')}
          </EmptyState>
        }
      />
      {people.length >= most && <p className="text-13 text-ink-2">{t('more', { count: most })}</p>}
      {importing && (
        <Suspense>
          <ImportDialog
            people={importing}
            onClose={() => setImporting(undefined)}
            onDone={() => {
              setChosen(new Set())
              setImporting(undefined)
            }}
          />
        </Suspense>
      )}
    </>
  )
}
