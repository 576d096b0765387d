import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { projectInput } from '@/features/projects/project-input.ts'
import { WebhookForm } from '@/features/webhooks/webhook-form.tsx'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('webhooks'))('new') }
}

export default async function NewWebhookPage({ params }: { params: Promise<{ project: string }> }) {
  const project = decodeURIComponent((await params).project)
  const page = await pageData(`/projects/${project}/webhooks/new`)
  await page.need('GetSupportedEventTypes', projectInput(project))
  return page.hydrate(<WebhookForm project={project} />)
}
