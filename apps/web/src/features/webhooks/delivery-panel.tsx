'use client'
import { Button, CopyButton, Dialog, Status, Time, useNotify, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { Fact, Facts } from '@/features/frame/facts.tsx'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { ScrollBox } from '@/features/frame/scroll-box.tsx'
import { usePermissions, useProject } from '@/features/projects/use-project.ts'
import { AnswerView } from './answer-view.tsx'
import { deliveryTones } from './delivery-list.tsx'
import { useEventWords } from './use-event-words.ts'
import { webhookInput } from './webhook-input.ts'

type Props = { project: string; id: number; deliveryId: number; onClose: () => void }
const POLL_MS = 3_000

/** One delivery: what was sent, what came back, and the way to send it again. */
export default function DeliveryPanel({ project, id, deliveryId, onClose }: Props) {
  const t = useTranslations('webhooks.deliveries')
  const events = useEventWords()
  const { words } = useUi()
  const notify = useNotify()
  const can = usePermissions(useProject(project)?.project_id)
  const { path, headers } = webhookInput(project, id)
  const input = { path: { ...path, delivery_id: deliveryId }, headers }
  const query = useApiQuery('getWebhookDelivery', input, { pollMs: POLL_MS })
  const redeliver = useApiMutation('redeliverWebhook', ['listWebhookDeliveries', 'getWebhookDelivery'])
  const delivery = query.data?.data
  const final = delivery?.status === 'dead' || delivery?.status === 'delivered'
  return (
    <Dialog
      open
      onClose={onClose}
      title={delivery ? events.name(delivery.event_type) : t('one')}
      footer={
        <>
          <Button onClick={onClose}>{words.close}</Button>
          {final && can('notification-policy', 'update') && (
            <Button
              variant="primary"
              busy={redeliver.isPending}
              onClick={() =>
                redeliver.mutate(input, { onSuccess: () => notify('good', t('redelivering', { count: 1 })) })
              }
            >
              {t('redeliver')}
            </Button>
          )}
        </>
      }
    >
      <ProblemBanner error={query.error ?? redeliver.error} />
      {delivery && (
        <>
          <Facts>
            <Fact name={t('columns.status')}>
              <Status tone={deliveryTones[delivery.status] ?? 'neutral'}>
                {t(`statuses.${delivery.status}` as never)}
              </Status>
            </Fact>
            <Fact name={t('columns.subject')}>
              <code className="font-mono text-13 break-all">{delivery.subject}</code>
            </Fact>
            <Fact name={t('columns.target')}>
              <code className="font-mono text-13 break-all">{delivery.target}</code>
            </Fact>
            <Fact name={t('attemptsName')}>{delivery.attempts}</Fact>
            {delivery.next_attempt_time && (
              <Fact name={t('next')}>
                <Time at={delivery.next_attempt_time} />
              </Fact>
            )}
            <Fact name={t('webhookId')}>
              <span className="flex items-start gap-1">
                <code className="font-mono text-12 break-all">{delivery.webhook_id}</code>
                <CopyButton text={delivery.webhook_id} />
              </span>
            </Fact>
          </Facts>
          {delivery.answer && (
            <section className="flex flex-col gap-2">
              <h3 className="text-13 font-semibold">{t('lastAnswer')}</h3>
              <AnswerView answer={delivery.answer} />
            </section>
          )}
          {delivery.body && (
            <details className="text-13">
              <summary className="w-fit rounded-md text-accent">{t('body')}</summary>
              <ScrollBox label={t('body')} className="mt-2 rounded-md bg-sunken p-3">
                <pre className="font-mono text-12 break-all whitespace-pre-wrap">
                  {indented(delivery.body)}
                </pre>
              </ScrollBox>
            </details>
          )}
        </>
      )}
    </Dialog>
  )
}

function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}
