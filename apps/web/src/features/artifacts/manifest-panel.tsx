'use client'
import { Skeleton } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { type ArtifactPlace, additionInput } from './artifact-input.ts'
import { RawDocument } from './raw-document.tsx'

/** The manifest, byte for byte. */
export default function ManifestPanel({ place }: { place: ArtifactPlace }) {
  const t = useTranslations('artifacts.raw')
  const query = useApiQuery('getAddition', additionInput(place, 'manifest'))
  if (query.isError) return <ProblemBanner error={query.error} />
  if (query.isPending) return <Skeleton className="h-60 w-full" />
  return <RawDocument title={t('manifest')} text={String(query.data.data ?? '')} />
}
