'use client'
import { cx, Icon } from '@berth/ui'
import { useTranslations } from 'next-intl'

const steps = ['plan', 'choose', 'import'] as const
type Step = (typeof steps)[number]

/** Where an adoption stands. */
export function AdoptionSteps({ current }: { current: Step }) {
  const t = useTranslations('registryWalks.steps')
  const at = steps.indexOf(current)
  return (
    <ol aria-label={t('label')} className="flex flex-wrap gap-x-6 gap-y-2 text-13">
      {steps.map((step, index) => (
        <li
          key={step}
          aria-current={index === at ? 'step' : undefined}
          className={cx('flex items-center gap-2', index === at ? 'font-semibold text-ink' : 'text-ink-2')}
        >
          <span
            aria-hidden="true"
            className={cx(
              'flex size-5 items-center justify-center rounded-full text-12',
              index === at ? 'bg-accent text-on-accent' : 'bg-sunken text-ink-2',
            )}
          >
            {index < at ? <Icon name="check" size={12} /> : index + 1}
          </span>
          {t(step)}
        </li>
      ))}
    </ol>
  )
}
