'use client'
import { Button, Dotted, Status, Time } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { ConfirmChange } from '@/features/frame/confirm-change.tsx'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'

/** Somebody else's second factor, for administrators: it can be taken off when phone and recovery codes are lost. */
export default function PersonSecondFactor({ id, name }: { id: number; name: string }) {
  const t = useTranslations('secondFactors')
  const frozen = useSystemReadOnly()
  const path = { user_id: id }
  const factor = useApiQuery('getSecondFactor', { path })
  const reset = useApiMutation('resetSecondFactor', ['getSecondFactor'])
  const [asking, setAsking] = useState(false)
  const state = factor.data?.data
  const close = () => setAsking(false)
  return (
    <Section title={t('title')} description={t('ofPerson', { name })}>
      <ProblemBanner error={factor.error} />
      {state && !state.available && <p className="text-13 text-ink-2">{t('personUnavailable')}</p>}
      {state?.available && (
        <div className="flex flex-wrap items-center gap-3">
          <Status tone={state.enabled ? 'good' : 'neutral'}>{t(state.enabled ? 'on' : 'off')}</Status>
          {state.enabled && (
            <>
              <div className="flex-1">
                <Dotted>
                  {state.enabled_time && (
                    <span>
                      {t('since')} <Time at={state.enabled_time} />
                    </span>
                  )}
                  <span>{t('codesLeft', { count: state.recovery_codes_left })}</span>
                </Dotted>
              </div>
              {!frozen && (
                <Button variant="danger" onClick={() => setAsking(true)}>
                  {t('reset')}
                </Button>
              )}
            </>
          )}
        </div>
      )}
      {asking && (
        <ConfirmChange
          change={reset}
          input={{ path }}
          title={t('resetTitle', { name })}
          confirmLabel={t('takeOff')}
          done={t('resetDone', { name })}
          onClose={close}
        >
          <p>{t('resetHelp', { name })}</p>
        </ConfirmChange>
      )}
    </Section>
  )
}
