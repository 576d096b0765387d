'use client'
import type { Schemas } from '@berth/contract'
import { Banner, Button, ButtonLink, EmptyState, FilterField, Icon, Skeleton, useUi } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { useListState } from '@/data/use-list-state.ts'
import { ProblemDetail, useProblem } from '@/features/frame/problem.tsx'
import { hitKey, hitName, hitPath, hitReason, kindIcons, searchInput } from './hits.ts'

type Group = Schemas['SearchGroup']

/** What begins with the words of the URL, by kind; one kind alone has pages. */
export function SearchResults() {
  const t = useTranslations('search')
  const list = useListState([])
  const input = searchInput(useSearchParams())
  const search = useApiQuery('searchEverything', input ?? { query: { q: '' } }, {
    enabled: input !== null,
    keepPrevious: true,
  })
  const groups = input ? search.data?.data.filter(({ hits }) => hits.length > 0) : []
  const kind = input?.query.kind
  const count = groups?.reduce((sum, { hits }) => sum + hits.length, 0) ?? 0
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-2">
        <FilterField
          label={t('field')}
          value={list.q}
          onChange={(q) => list.change({ q, kind: '', cursor: '' }, true)}
        />
        {kind && (
          <ButtonLink icon="chevronLeft" href={list.href({ kind: '', cursor: '' })}>
            {t('allKinds')}
          </ButtonLink>
        )}
      </div>
      <p role="status" className="sr-only">
        {input && !search.isFetching ? t('count', { count }) : ''}
      </p>
      {input && search.isError && <Failed error={search.error} onRetry={() => void search.refetch()} />}
      {input && search.isPending && <Waiting />}
      {input && !search.isError && groups?.length === 0 && (
        <EmptyState icon="search" title={t('none', { query: input.query.q })}>
          {t('noneHelp')}
        </EmptyState>
      )}
      {!input && (
        <EmptyState icon="search" title={t('start')}>
          {t('startHelp')}
        </EmptyState>
      )}
      {!search.isError &&
        groups?.map((group) => (
          <ResultGroup
            key={group.kind}
            group={group}
            more={
              group.next === undefined
                ? undefined
                : kind
                  ? { label: t('nextPage'), href: list.href({ cursor: group.next }) }
                  : { label: t(`more.${group.kind}`), href: list.href({ kind: group.kind }) }
            }
          />
        ))}
    </div>
  )
}

function ResultGroup({ group, more }: { group: Group; more: { label: string; href: string } | undefined }) {
  const t = useTranslations('search')
  const { Link } = useUi()
  const { kind, hits } = group
  return (
    <section aria-label={t(`groups.${kind}`)} className="rounded-md border border-line bg-surface">
      <h2 className="border-b border-line px-4 py-2 text-13 font-semibold">{t(`groups.${kind}`)}</h2>
      <ul className="py-1">
        {hits.map((hit) => (
          <li key={hitKey(kind, hit)}>
            <Link
              href={hitPath(hit)}
              className="flex min-h-10 flex-wrap items-center gap-x-2.5 px-4 py-2 text-13 hover:bg-hover focus-visible:-outline-offset-2"
            >
              <Icon name={kindIcons[kind]} className="shrink-0 text-ink-3" />
              <span className={kind === 'project' ? 'break-all' : 'font-mono break-all'}>{hitName(hit)}</span>
              {hitReason(kind, hit) && (
                <span className="min-w-0 basis-full pl-6.5 text-12 break-all text-ink-2 sm:basis-auto sm:pl-0">
                  {hitReason(kind, hit)}
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
      {more && (
        <div className="border-t border-line px-2 py-1.5">
          <ButtonLink variant="quiet" size="sm" href={more.href}>
            {more.label}
          </ButtonLink>
        </div>
      )}
    </section>
  )
}

function Failed({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const t = useTranslations('search')
  const problem = useProblem()(error)
  return (
    <Banner role="alert" tone="bad" title={problem.title}>
      <ProblemDetail problem={problem} />
      <div className="mt-2">
        <Button size="sm" onClick={onRetry}>
          {t('retry')}
        </Button>
      </div>
    </Banner>
  )
}

function Waiting() {
  return (
    <div aria-busy="true" className="flex flex-col gap-4 rounded-md border border-line bg-surface p-4">
      {['w-2/5', 'w-3/5', 'w-1/2', 'w-1/3'].map((width) => (
        <Skeleton key={width} className={width} />
      ))}
    </div>
  )
}
