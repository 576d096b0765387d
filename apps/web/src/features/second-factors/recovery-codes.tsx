'use client'
import { Banner, CopyButton } from '@berth/ui'
import { useTranslations } from 'next-intl'

/** Shown this one time. */
export function RecoveryCodes({ codes }: { codes: string[] }) {
  const t = useTranslations('secondFactors')
  return (
    <>
      <Banner tone="warn" title={t('recovery')}>
        {t('recoveryHelp')}
      </Banner>
      <div className="flex items-start gap-2">
        <ul className="grid flex-1 grid-cols-2 gap-1 font-mono text-13">
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
        <CopyButton text={codes.join('\n')} />
      </div>
    </>
  )
}
