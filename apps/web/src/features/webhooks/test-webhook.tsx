'use client'
import type { Schemas } from '@berth/contract'
import { Button, Dialog, SelectField, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useApiMutation } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { AnswerView } from './answer-view.tsx'
import { webhookInput } from './webhook-input.ts'

type Props = { project: string; policy: Schemas['WebhookPolicy']; onClose: () => void }

/** Sends a test and shows what comes back. */
export default function TestWebhook({ project, policy, onClose }: Props) {
  const t = useTranslations('webhooks.test')
  const { words } = useUi()
  const test = useApiMutation('testWebhookPolicy')
  const [target, setTarget] = useState('0')
  const targets = policy.targets ?? []
  const answer = test.data?.data
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('title', { name: policy.name ?? '' })}
      footer={
        <>
          <Button onClick={onClose}>{words.close}</Button>
          <Button
            variant="primary"
            busy={test.isPending}
            onClick={() =>
              test.mutate({ ...webhookInput(project, policy.id ?? 0), body: { target: Number(target) } })
            }
          >
            {t(answer ? 'again' : 'send')}
          </Button>
        </>
      }
    >
      <p>{t('help')}</p>
      {targets.length > 1 && (
        <SelectField
          label={t('target')}
          value={target}
          onChange={(event) => setTarget(event.target.value)}
          options={targets.map(({ address = '' }, index) => ({ value: String(index), label: address }))}
        />
      )}
      <ProblemBanner error={test.error} />
      <div role="status">{answer && !test.isPending && <AnswerView answer={answer} />}</div>
    </Dialog>
  )
}
