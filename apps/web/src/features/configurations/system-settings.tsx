'use client'
import { Button, Dialog, Switch, useNotify, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'

/** The settings of the whole installation; a change counts at once. */
export function SystemSettings() {
  const t = useTranslations('configurations')
  const { words } = useUi()
  const notify = useNotify()
  const query = useApiQuery('getConfigurations', {})
  const update = useApiMutation('updateConfigurations', ['getConfigurations', 'getSystemInfo'])
  const [asking, setAsking] = useState(false)
  const readOnly = query.data?.data.read_only?.value
  if (readOnly === undefined) return <ProblemBanner error={query.error} />
  const set = (next: boolean) =>
    update.mutate(
      { body: { read_only: next } },
      {
        onSuccess: () => {
          setAsking(false)
          notify('good', t(next ? 'readOnlyOn' : 'readOnlyOff'))
        },
      },
    )
  return (
    <div className="flex max-w-180 flex-col gap-4">
      {!asking && <ProblemBanner error={update.error} />}
      <Section title={t('readOnly')}>
        <Switch
          label={t('readOnlySwitch')}
          help={t('readOnlyHelp')}
          checked={update.isPending ? update.variables?.body.read_only === true : readOnly}
          onChange={(event) => (event.target.checked ? setAsking(true) : set(false))}
        />
      </Section>
      <Dialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t('confirmTitle')}
        footer={
          <>
            <Button onClick={() => setAsking(false)}>{words.cancel}</Button>
            <Button variant="primary" busy={update.isPending} onClick={() => set(true)}>
              {t('confirm')}
            </Button>
          </>
        }
      >
        <ProblemBanner error={update.error} />
        <p>{t('confirmHelp')}</p>
      </Dialog>
    </div>
  )
}
