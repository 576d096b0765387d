'use client'
import { ApiError } from '@berth/contract'
import { EmptyState, Skeleton } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { lazy, Suspense } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { type ArtifactPlace, additionInput } from './artifact-input.ts'
import { RawDocument } from './raw-document.tsx'

const DescriptionView = lazy(() => import('@/features/repositories/description-view.tsx'))

/** A file of a Helm chart: the readme as its writer meant it, the values as they were packed. */
export default function ChartFile({ place, file }: { place: ArtifactPlace; file: 'readme' | 'values' }) {
  const t = useTranslations('artifacts.chart')
  const query = useApiQuery(
    'getAddition',
    additionInput(place, file === 'readme' ? 'readme.md' : 'values.yaml'),
  )
  if (query.error instanceof ApiError && query.error.status === 404)
    return <EmptyState icon="info" title={t(file === 'readme' ? 'noReadme' : 'noValues')} />
  if (query.isError) return <ProblemBanner error={query.error} />
  if (query.isPending) return <Skeleton className="h-60 w-full" />
  const text = String(query.data.data ?? '')
  if (file === 'values') return <RawDocument title={t('values')} text={text} />
  return (
    <article aria-label={t('readme')} className="rounded-md border border-line bg-surface px-4 py-4">
      <Suspense fallback={<Skeleton className="w-3/5" />}>
        <DescriptionView text={text} above={1} />
      </Suspense>
    </article>
  )
}
