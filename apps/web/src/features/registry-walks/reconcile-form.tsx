'use client'
import { Button, Switch } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Section } from '@/features/frame/section.tsx'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import { StartProblem } from './start-problem.tsx'
import { useStartWalk } from './use-start-walk.ts'

export function ReconcileForm() {
  const t = useTranslations('registryWalks.reconcile')
  const walk = useStartWalk('reconcile')
  const frozen = useSystemReadOnly()
  const [mend, setMend] = useState(false)
  return (
    <Section title={t('startTitle')} description={t('startHelp')}>
      <div className="flex max-w-180 flex-col gap-4">
        <StartProblem busy={walk.busy} error={walk.error} />
        <Switch
          label={t('mend')}
          help={t('mendHelp')}
          checked={mend}
          onChange={(event) => setMend(event.target.checked)}
        />
        <div>
          <Button
            variant="primary"
            busy={walk.isPending}
            disabled={frozen}
            onClick={() => walk.start({ kind: 'reconcile', mend })}
          >
            {t(mend ? 'startMend' : 'startReport')}
          </Button>
        </div>
      </div>
    </Section>
  )
}
