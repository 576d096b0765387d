import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { toParams } from '@/data/list-state.ts'
import { webhooksInput } from '@/features/webhooks/webhook-input.ts'
import { WebhookList } from '@/features/webhooks/webhook-list.tsx'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('webhooks'))('title') }
}

type Props = {
  params: Promise<{ project: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function WebhooksPage({ params, searchParams }: Props) {
  const project = decodeURIComponent((await params).project)
  const page = await pageData(`/projects/${project}/webhooks`)
  await page.needList('ListWebhookPoliciesOfProject', webhooksInput(project, toParams(await searchParams)))
  return page.hydrate(<WebhookList project={project} />)
}
