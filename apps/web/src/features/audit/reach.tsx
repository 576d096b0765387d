'use client'
import { formatExact, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type MouseEvent, useId } from 'react'
import { useListState } from '@/data/use-list-state.ts'

type Props = {
  /** Where this look ended; null: it saw all that is older, too. */
  back: string | null
  /** Where it began; empty for now. */
  before: string
}

/** How far a search looked that compares line by line, and the way on. */
export default function Reach({ back, before }: Props) {
  const t = useTranslations('audit.reach')
  const { Link, locale } = useUi()
  const at = (time: string) => formatExact(Date.parse(time), locale)
  const list = useListState([])
  const id = useId()
  const link = (name: 'further' | 'newest', to: string | undefined) => (
    <Link
      href={list.href({ before: to })}
      scroll={false}
      prefetch={false}
      onClick={(event: MouseEvent) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return
        event.preventDefault()
        list.change({ before: to })
      }}
      className="rounded-md font-medium text-accent hover:underline"
    >
      {t(name)}
    </Link>
  )
  return (
    <section
      aria-labelledby={id}
      className="mt-3 flex flex-wrap items-baseline gap-x-4 gap-y-1 rounded-md border border-line bg-sunken px-3 py-2 text-13"
    >
      <p id={id} role="status">
        {before && <>{t('before', { at: at(before) })} </>}
        {back ? t('back', { at: at(back) }) : t('end')}
      </p>
      {back && link('further', back)}
      {before && link('newest', undefined)}
    </section>
  )
}
