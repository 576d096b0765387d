'use client'
import { Button, Status, useNotify } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import { ProofDialog } from './proof-dialog.tsx'
import { SetupDialog } from './setup-dialog.tsx'

/** The viewer's second factor: whether there is one, and the ways to change that. */
export default function SecondFactor() {
  const t = useTranslations('secondFactors')
  const notify = useNotify()
  const frozen = useSystemReadOnly()
  const factor = useApiQuery('getMySecondFactor', {})
  const [asking, setAsking] = useState<'setUp' | 'renew' | 'turnOff'>()
  const state = factor.data?.data
  const close = () => setAsking(undefined)
  return (
    <Section title={t('title')} description={t('description')}>
      <ProblemBanner error={factor.error} />
      {state && !state.available && <p className="text-13 text-ink-2">{t('unavailable')}</p>}
      {state?.available && (
        <div className="flex flex-wrap items-center gap-3">
          <Status tone={state.enabled ? 'good' : 'neutral'}>{t(state.enabled ? 'on' : 'off')}</Status>
          {state.enabled ? (
            <>
              <span className="flex-1 text-13 text-ink-2">
                {t('codesLeft', { count: state.recovery_codes_left })}
              </span>
              {!frozen && (
                <>
                  <Button onClick={() => setAsking('renew')}>{t('renew')}</Button>
                  <Button variant="danger" onClick={() => setAsking('turnOff')}>
                    {t('turnOff')}
                  </Button>
                </>
              )}
            </>
          ) : (
            !frozen && <Button onClick={() => setAsking('setUp')}>{t('setUp')}</Button>
          )}
        </div>
      )}
      {asking === 'setUp' && <SetupDialog onClose={close} onDone={() => notify('good', t('turnedOn'))} />}
      {(asking === 'renew' || asking === 'turnOff') && (
        <ProofDialog what={asking} onClose={close} onOff={() => notify('good', t('turnedOff'))} />
      )}
    </Section>
  )
}
