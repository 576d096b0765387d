'use client'
import { Button, CopyButton } from '@berth/ui'
import { useTranslations } from 'next-intl'

/** A page that failed; the digest finds the cause in the server's log. */
export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string }
  reset: () => void
}) {
  const t = useTranslations('frame.crash')
  return (
    <div role="alert" className="flex flex-col items-center gap-2 py-24 text-center">
      <h1 className="text-20 font-semibold tracking-tight">{t('title')}</h1>
      <p className="max-w-[52ch] text-14 text-ink-2">{t('help')}</p>
      {error.digest && (
        <p className="flex items-center gap-1 text-13 text-ink-2">
          {t('reference')} <code className="font-mono">{error.digest}</code>
          <CopyButton text={error.digest} />
        </p>
      )}
      <div className="mt-3">
        <Button onClick={reset}>{t('action')}</Button>
      </div>
    </div>
  )
}
