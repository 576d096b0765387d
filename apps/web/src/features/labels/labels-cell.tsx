'use client'
import { Badge, formatFilter, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { LabelChip } from './label-chip.tsx'
import type { Label } from './label-list-state.ts'

/** As many labels stand in a cell; the rest is counted and named in the tooltip. */
const shownLabels = 2

/** Each label leads to the artifacts that carry it. `path`: the repository's page. */
export function LabelsCell({ labels, path }: { labels: Label[]; path: string }) {
  const t = useTranslations('labels')
  const { Link } = useUi()
  if (labels.length === 0) return <span className="text-ink-3">–</span>
  const rest = labels.slice(shownLabels).map(({ name }) => name)
  const more = t('more', { count: rest.length, names: rest.join(', ') })
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-1">
      {labels.slice(0, shownLabels).map((label) => {
        const { id, name = '' } = label
        const query = new URLSearchParams({ q: formatFilter({ text: '', terms: { label: [name] } }) })
        return (
          <Link
            key={id}
            href={`${path}?${query}`}
            prefetch={false}
            aria-label={t('filterBy', { name })}
            className="flex min-w-0 rounded-full"
          >
            <LabelChip label={label} />
          </Link>
        )
      })}
      {rest.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the names behind the count must be reachable with the keyboard
        <span tabIndex={0} data-tip={more} className="rounded-md">
          <Badge>
            +{rest.length}
            <span className="sr-only">: {more}</span>
          </Badge>
        </span>
      )}
    </span>
  )
}
