'use client'
import type { Schemas } from '@berth/contract'
import { Banner, Button, type Column, ConfirmDialog, Pagination, Table, Time, useNotify } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { useTableState } from '@/features/frame/table-state.tsx'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'

type Held = Schemas['HeldLdapUser']
const pageSize = 10

/** People whom the directory does not show, among too many to end them at once. Nothing while there are none. */
export default function HeldPeople() {
  const t = useTranslations('authentication.held')
  const [page, setPage] = useState(1)
  const [deciding, setDeciding] = useState<'end' | 'keep'>()
  const frozen = useSystemReadOnly()
  const query = useApiQuery(
    'listHeldLdapUsers',
    { query: { page, page_size: pageSize } },
    { keepPrevious: true, pollMs: 60_000 },
  )
  // The first page has those who are held last: the decision is about all who are held until then.
  const newest = useApiQuery('listHeldLdapUsers', { query: { page: 1, page_size: 1 } }, { pollMs: 60_000 })
  const state = useTableState(query)
  const people = query.data?.data ?? []
  const total = query.data?.total ?? 0
  const upTo = newest.data?.data[0]?.held_since
  if (total === 0 || upTo === undefined) return null
  const first = people.map(({ held_until }) => held_until).sort()[0]
  const columns: Column<Held>[] = [
    {
      id: 'username',
      header: t('columns.username'),
      primary: true,
      cell: ({ username, realname }) => (
        <span className="break-all">{realname ? `${username} (${realname})` : username}</span>
      ),
    },
    { id: 'missing', header: t('columns.missing'), cell: ({ missing_since }) => <Time at={missing_since} /> },
    { id: 'until', header: t('columns.until'), cell: ({ held_until }) => <Time at={held_until} /> },
  ]
  return (
    <section aria-label={t('title', { count: total })} className="flex flex-col gap-3 lg:col-span-2">
      <Banner tone="warn" title={t('title', { count: total })}>
        <div className="flex flex-col gap-3">
          <p>{t('what')}</p>
          {first && (
            <p>
              {t('first')} <Time at={first} />
            </p>
          )}
          <div className="flex flex-wrap gap-2">
            <Button onClick={() => setDeciding('end')}>{t('end.action')}</Button>
            {!frozen && <Button onClick={() => setDeciding('keep')}>{t('keep.action')}</Button>}
          </div>
        </div>
      </Banner>
      <Table
        id="held-people"
        fixedColumns
        label={t('label')}
        columns={columns}
        rows={people}
        rowKey={({ user_id }) => String(user_id)}
        rowLabel={({ username }) => username}
        state={state}
        empty={null}
      />
      <Pagination
        page={page}
        pageSize={pageSize}
        total={total}
        hrefFor={() => '#held-people'}
        onGo={setPage}
      />
      {deciding && (
        <Decide what={deciding} count={total} upTo={upTo} onClose={() => setDeciding(undefined)} />
      )}
    </section>
  )
}

type DecideProps = { what: 'end' | 'keep'; count: number; upTo: string; onClose: () => void }

/** One call ends the access of a thousand at most: called again until nobody of the list is left. */
function Decide({ what, count, upTo, onClose }: DecideProps) {
  const t = useTranslations('authentication.held')
  const notify = useNotify()
  const end = useApiMutation('endHeldLdapUsers', ['listHeldLdapUsers', 'listUsers'])
  const keep = useApiMutation('keepHeldLdapUsers', ['listHeldLdapUsers'])
  const decide = what === 'end' ? end : keep
  const [progress, setProgress] = useState<{ count: number; left: number }>()
  const [busy, setBusy] = useState(false)
  async function decideAll() {
    setBusy(true)
    try {
      for (let done = 0; ; ) {
        const { people, left } = (await decide.mutateAsync({ body: { held_up_to: upTo } })).data
        done += people
        if (left > 0 && people > 0) {
          setProgress({ count: done, left })
          continue
        }
        notify('good', t(`${what}.${left > 0 ? 'some' : 'done'}`, { count: done, left }))
        return onClose()
      }
    } catch {
      // Shown as `decide.error`; what has ended stays so.
    } finally {
      setBusy(false)
    }
  }
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t(`${what}.question`, { count })}
      confirmLabel={t(`${what}.action`)}
      harmless={what === 'keep'}
      busy={busy}
      error={<ProblemBanner error={decide.error} />}
      onConfirm={() => void decideAll()}
    >
      <p>{t(`${what}.means`)}</p>
      {progress && <p role="status">{t(`${what}.some`, progress)}</p>}
    </ConfirmDialog>
  )
}
