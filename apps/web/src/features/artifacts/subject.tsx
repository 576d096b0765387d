'use client'
import { Icon, Reference } from '@berth/ui'
import { useTranslations } from 'next-intl'

/** Says of a signature, a bill of materials and the like what it is about. */
export function Subject({ href, digest }: { href: string; digest: string }) {
  const t = useTranslations('artifacts.page')
  return (
    <p className="flex flex-wrap items-center gap-2 rounded-md border border-line bg-surface px-3 py-2 text-13">
      <Icon name="layers" className="text-ink-3" />
      {t('subject')}
      <Reference digest={digest} href={href} />
    </p>
  )
}
