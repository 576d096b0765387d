import { notFound } from 'next/navigation'
import { webhookInput } from '../features/webhooks/webhook-input.ts'
import type { PageData } from './page-data.tsx'

/** The webhook that a path names; gives its id. */
export async function needWebhook(page: PageData, project: string, webhook: string): Promise<number> {
  const id = Number(webhook)
  if (!Number.isSafeInteger(id) || id < 1) notFound()
  await page.need('GetWebhookPolicyOfProject', webhookInput(project, id))
  return id
}
