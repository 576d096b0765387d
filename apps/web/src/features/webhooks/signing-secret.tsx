'use client'
import type { Schemas } from '@berth/contract'
import { Banner, Button, CopyButton, Dialog, SelectField, Time, useNotify, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useApiMutation } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { webhookInput } from './webhook-input.ts'

type Props = { project: string; policy: Schemas['WebhookPolicy']; onClose: () => void }

const overlapHours = ['0', '1', '24', '168']

/** Makes the secret that deliveries are signed with, and shows it this one time. */
export default function SigningSecret({ project, policy, onClose }: Props) {
  const t = useTranslations('webhooks.secret')
  const { words } = useUi()
  const notify = useNotify()
  const input = webhookInput(project, policy.id ?? 0)
  const rotate = useApiMutation('rotateWebhookSecret', ['GetWebhookPolicyOfProject'])
  const remove = useApiMutation('deleteWebhookSecret', ['GetWebhookPolicyOfProject'])
  const [hours, setHours] = useState('24')
  // As it was when the dialog opened: the query is fetched again behind it.
  const [signed] = useState(policy.signed === true)
  const made = rotate.data?.data
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('title')}
      footer={
        made ? (
          <Button variant="primary" onClick={onClose}>
            {t('kept')}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{words.cancel}</Button>
            {signed && (
              <Button
                busy={remove.isPending}
                onClick={() =>
                  remove.mutate(input, {
                    onSuccess: () => {
                      notify('good', t('removed'))
                      onClose()
                    },
                  })
                }
              >
                {t('remove')}
              </Button>
            )}
            <Button
              variant="primary"
              busy={rotate.isPending}
              onClick={() =>
                rotate.mutate({ ...input, body: { ...(signed && { overlap_hours: Number(hours) }) } })
              }
            >
              {t(signed ? 'rotate' : 'make')}
            </Button>
          </>
        )
      }
    >
      <ProblemBanner error={rotate.error ?? remove.error} />
      {made ? (
        <>
          <Banner tone="warn" title={t('once')}>
            {t('onceHelp')}
          </Banner>
          <div className="flex flex-col gap-1">
            <span className="text-13 font-medium">{t('secret')}</span>
            <span className="flex items-start gap-1">
              <code className="min-w-0 py-0.5 font-mono text-13 break-all">{made.secret}</code>
              <CopyButton text={made.secret} />
            </span>
          </div>
          {made.previous_secret_valid_until && (
            <p className="text-13 text-ink-2">
              {t('previous')} <Time at={made.previous_secret_valid_until} />
            </p>
          )}
        </>
      ) : (
        <>
          <p>{t(signed ? 'signedHelp' : 'help')}</p>
          {signed && (
            <SelectField
              label={t('overlap')}
              help={t('overlapHelp')}
              value={hours}
              onChange={(event) => setHours(event.target.value)}
              options={overlapHours.map((value) => ({ value, label: t('hours', { count: Number(value) }) }))}
            />
          )}
        </>
      )}
    </Dialog>
  )
}
