import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { projectInput } from '@/features/projects/project-input.ts'
import { WebhookPage } from '@/features/webhooks/webhook-page.tsx'
import { WebhookSettings } from '@/features/webhooks/webhook-settings.tsx'
import { needWebhook } from '@/server/need-webhook.ts'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('webhooks'))('one') }
}

type Props = { params: Promise<{ project: string; webhook: string }> }

export default async function WebhookSettingsPage({ params }: Props) {
  const { project: encoded, webhook } = await params
  const project = decodeURIComponent(encoded)
  const page = await pageData(`/projects/${project}/webhooks/${webhook}/settings`)
  const id = await needWebhook(page, project, webhook)
  await page.want('GetSupportedEventTypes', projectInput(project))
  return page.hydrate(
    <WebhookPage project={project} id={id}>
      <WebhookSettings project={project} id={id} />
    </WebhookPage>,
  )
}
