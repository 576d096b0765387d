'use client'
import { useApiQuery } from '@/data/use-api.ts'
import { WebhookForm } from './webhook-form.tsx'
import { webhookInput } from './webhook-input.ts'

/** The form with the webhook as it is now. */
export function WebhookSettings({ project, id }: { project: string; id: number }) {
  const policy = useApiQuery('GetWebhookPolicyOfProject', webhookInput(project, id)).data?.data
  return policy ? <WebhookForm key={policy.update_time} project={project} policy={policy} /> : null
}
