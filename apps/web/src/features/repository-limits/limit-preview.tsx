'use client'
import { ApiError } from '@berth/contract'
import { Banner } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { useRested } from '@/data/use-rested.ts'
import { useProblem } from '@/features/frame/problem.tsx'

const shown = 8

/** Which repositories the patterns reach now, by the API's own reading of them. */
export default function LimitPreview({
  project,
  patterns,
}: {
  project: string
  patterns: readonly string[]
}) {
  const t = useTranslations('repositoryLimits.preview')
  const describe = useProblem()
  const within = useRested(patterns.join(' '))
  const ready = within !== ''
  const query = useApiQuery(
    'listRepositories',
    { path: { project_name: project }, query: { within, page_size: shown, sort: 'name' } },
    { enabled: ready, keepPrevious: true },
  )
  const found = ready && !query.isError ? query.data : undefined
  const refused = query.error instanceof ApiError && query.error.status === 400
  return (
    <div className="rounded-md bg-sunken px-3 py-2 text-13">
      <div role="status">
        {!ready && <p className="text-ink-2">{t('waiting')}</p>}
        {ready && query.isError && (
          <Banner tone="bad" title={refused ? t('wrong') : describe(query.error).title}>
            {describe(query.error).detail}
          </Banner>
        )}
        {found && <p className="font-medium">{t('reached', { count: found.total ?? 0 })}</p>}
      </div>
      {found && found.data.length > 0 && (
        <ul aria-label={t('list')} className="mt-1 flex flex-col gap-0.5">
          {found.data.map(({ id, name }) => (
            <li key={id} className="font-mono text-13 break-all text-ink-2">
              {name?.slice(project.length + 1)}
            </li>
          ))}
        </ul>
      )}
      {found && (found.total ?? 0) > shown && (
        <p className="mt-1 text-12 text-ink-3">{t('more', { count: (found.total ?? 0) - shown })}</p>
      )}
    </div>
  )
}
