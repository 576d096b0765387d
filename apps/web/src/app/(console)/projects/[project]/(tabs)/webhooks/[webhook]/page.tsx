import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { toParams } from '@/data/list-state.ts'
import { deliveriesInput } from '@/features/webhooks/delivery-input.ts'
import { DeliveryList } from '@/features/webhooks/delivery-list.tsx'
import { WebhookPage } from '@/features/webhooks/webhook-page.tsx'
import { needWebhook } from '@/server/need-webhook.ts'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('webhooks'))('one') }
}

type Props = {
  params: Promise<{ project: string; webhook: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function OneWebhookPage({ params, searchParams }: Props) {
  const { project: encoded, webhook } = await params
  const project = decodeURIComponent(encoded)
  const page = await pageData(`/projects/${project}/webhooks/${webhook}`)
  const id = await needWebhook(page, project, webhook)
  await page.want('listWebhookDeliveries', deliveriesInput(project, id, toParams(await searchParams)))
  return page.hydrate(
    <WebhookPage project={project} id={id}>
      <DeliveryList project={project} id={id} />
    </WebhookPage>,
  )
}
