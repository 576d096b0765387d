import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { rulesInput } from '@/features/immutable-rules/rule-draft.ts'
import { RuleList } from '@/features/immutable-rules/rule-list.tsx'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('immutableRules'))('title') }
}

export default async function ImmutableRulesPage({ params }: { params: Promise<{ project: string }> }) {
  const project = decodeURIComponent((await params).project)
  const page = await pageData(`/projects/${project}/policies/immutable-rules`)
  await page.need('ListImmuRules', rulesInput(project))
  return page.hydrate(<RuleList project={project} />)
}
