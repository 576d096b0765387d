import { ButtonLink, Icon } from '@berth/ui'
import { getTranslations } from 'next-intl/server'

/** For what is missing and for what one may not see: the two look alike. */
export async function NotFound() {
  const t = await getTranslations('frame.notFound')
  return (
    <div className="flex flex-col items-center gap-2 px-4 py-24 text-center">
      <span className="mb-2 flex size-10 items-center justify-center rounded-md bg-sunken text-ink-3">
        <Icon name="anchor" size={20} />
      </span>
      <h1 className="text-20 font-semibold tracking-tight">{t('title')}</h1>
      <p className="max-w-[52ch] text-14 text-ink-2">{t('help')}</p>
      <div className="mt-3">
        <ButtonLink href="/projects">{t('action')}</ButtonLink>
      </div>
    </div>
  )
}
