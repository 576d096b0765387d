'use client'
import { Bytes, cx, formatBytes, Status, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { usageOf } from './usage.ts'

const fills = { free: 'bg-accent', warn: 'bg-warn', full: 'bg-bad', unlimited: 'bg-accent' }

type Props = { usedBytes: number; limitBytes: number; label: string; compact?: boolean }

/** Used of a limit: words and a bar. From 85 % on it also says so in a word; without a limit there is no bar. */
export function UsageBar({ usedBytes, limitBytes, label, compact }: Props) {
  const t = useTranslations('quotas')
  const { locale } = useUi()
  const { level, share } = usageOf(usedBytes, limitBytes)
  const limited = level !== 'unlimited'
  return (
    <div className={cx('flex min-w-0 flex-col gap-1', compact ? 'w-64 max-w-full' : 'w-full')}>
      <span className="flex flex-wrap items-center justify-between gap-x-2 gap-y-0.5 text-13">
        <span>
          <Bytes sizeBytes={usedBytes} />{' '}
          <span className="text-ink-3">
            {limited ? t('ofLimit', { limit: formatBytes(limitBytes, locale) }) : t('noLimit')}
          </span>
        </span>
        {level === 'warn' && <Status tone="warn">{t('nearlyFull')}</Status>}
        {level === 'full' && <Status tone="bad">{t('full')}</Status>}
      </span>
      {limited && (
        // biome-ignore lint/a11y/useSemanticElements: the native meter takes no colours of ours
        <span
          role="meter"
          aria-label={label}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(share * 100)}
          aria-valuetext={t('usedShare', {
            used: formatBytes(usedBytes, locale),
            limit: formatBytes(limitBytes, locale),
            percent: Math.round(share * 100),
          })}
          className="block h-1.5 overflow-hidden rounded-full bg-line"
        >
          <span
            className={cx('block h-full rounded-full', fills[level])}
            style={{ width: `${usedBytes > 0 ? Math.max(share * 100, 1.5) : 0}%` }}
          />
        </span>
      )}
    </div>
  )
}
