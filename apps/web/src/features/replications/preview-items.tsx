'use client'
import type { Schemas } from '@berth/contract'
import { Badge, Bytes, type Tone } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { ScrollBox } from '@/features/frame/scroll-box.tsx'

type Item = Schemas['ReplicationPreviewItem']
/** So many at first: the browser need not lay out a thousand. */
const FIRST = 50

const tones: Record<Item['action'], Tone> = { copy: 'good', replace: 'warn', skip: 'neutral', delete: 'bad' }

type Props = { preview: Schemas['ReplicationPreview']; mirror: boolean }

/** Each image that would be copied, moved, left or deleted; of a mirror also on which side. */
export default function PreviewItems({ preview, mirror }: Props) {
  const t = useTranslations('replications.preview')
  const [all, setAll] = useState(false)
  const { items, total } = preview
  const side = ({ direction }: Item) => (mirror ? (direction === 'pull' ? 'here' : 'there') : 'actions')
  const shown = all ? items : items.slice(0, FIRST)
  return (
    <div className="flex flex-col gap-2">
      <ScrollBox label={t('list')} className="rounded-md bg-sunken lg:max-h-[max(160px,calc(100dvh-560px))]">
        <ul className="divide-y divide-line">
          {shown.map((item) => (
            <li
              key={`${item.action} ${item.direction} ${item.source} ${item.digest} ${item.tags.join()}`}
              className="flex flex-col gap-1 px-3 py-2 text-13"
            >
              <span className="flex items-start justify-between gap-2">
                <code className="min-w-0 font-mono wrap-anywhere">{item.destination || item.source}</code>
                {item.size_bytes !== undefined && <Bytes sizeBytes={item.size_bytes} />}
              </span>
              <span className="flex flex-wrap items-center gap-1">
                <Badge tone={tones[item.action]}>{t(`${side(item)}.${item.action}`)}</Badge>
                {item.tags.slice(0, 5).map((tag) => (
                  <code key={tag} className="font-mono text-12 wrap-anywhere text-ink-2">
                    :{tag}
                  </code>
                ))}
                {item.tags.length > 5 && (
                  <span className="text-12 text-ink-2">{t('moreTags', { count: item.tags.length - 5 })}</span>
                )}
              </span>
              {item.source !== item.destination && item.destination && (
                <span className="text-12 wrap-anywhere text-ink-2">{t('from', { name: item.source })}</span>
              )}
              {item.action !== 'copy' && (
                <span className="text-12 text-ink-2">{t(`reasons.${item.action}`)}</span>
              )}
            </li>
          ))}
        </ul>
      </ScrollBox>
      <p className="flex flex-wrap items-center gap-x-3 text-12 text-ink-2">
        {total > shown.length && t('shown', { shown: shown.length, total })}
        {!all && items.length > FIRST && (
          <button
            type="button"
            className="rounded-md text-accent hover:underline"
            onClick={() => setAll(true)}
          >
            {t(total > items.length ? 'showFirst' : 'showAll', { count: items.length })}
          </button>
        )}
      </p>
    </div>
  )
}
