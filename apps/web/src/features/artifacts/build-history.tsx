'use client'
import { Bytes, EmptyState, Skeleton, Time } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { type ArtifactPlace, additionInput } from './artifact-input.ts'
import { stepsOfLayers, stepText } from './layer-picture.ts'
import { readBuildHistory, readManifest } from './manifest-document.ts'

/** Every step of an image's build, also those that made no layer. */
export default function BuildHistory({ place }: { place: ArtifactPlace }) {
  const t = useTranslations('artifacts.history')
  const query = useApiQuery('getAddition', additionInput(place, 'build_history'))
  const { layers } = readManifest(useApiQuery('getAddition', additionInput(place, 'manifest')).data?.data)
  if (query.isError) return <ProblemBanner error={query.error} />
  if (query.isPending) return <Skeleton className="h-40 w-full" />
  const steps = readBuildHistory(query.data.data)
  if (steps.length === 0)
    return (
      <div className="rounded-md border border-line bg-surface">
        <EmptyState icon="clock" title={t('empty')}>
          {t('emptyHelp')}
        </EmptyState>
      </div>
    )
  const making = stepsOfLayers(steps, layers.length)
  return (
    <ol aria-label={t('label')} className="rounded-md border border-line bg-surface">
      {steps.map((step, index) => {
        const sizeBytes = making ? layers[making.indexOf(step)]?.sizeBytes : undefined
        return (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place in the order
            key={index}
            className="grid grid-cols-[24px_1fr] gap-x-3 border-t border-line px-3 py-2.5 first:border-t-0 sm:grid-cols-[24px_1fr_110px_90px]"
          >
            <span aria-hidden="true" className="text-right text-13 text-ink-3 tabular-nums">
              {index + 1}
            </span>
            <div className="min-w-0">
              <code className="font-mono text-13 break-words whitespace-pre-wrap">
                {stepText(step.createdBy) || step.comment || '–'}
              </code>
            </div>
            <span className="text-13 text-ink-2 max-sm:col-start-2 sm:text-right">
              <Time at={step.createdAt} />
            </span>
            <span className="text-13 text-ink-2 max-sm:col-start-2 sm:text-right">
              {sizeBytes !== undefined && <Bytes sizeBytes={sizeBytes} />}
              {step.emptyLayer && <span className="text-ink-3">{t('noLayer')}</span>}
            </span>
          </li>
        )
      })}
    </ol>
  )
}
