import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { rulesInput } from '@/features/immutable-rules/rule-draft.ts'
import { RuleForm } from '@/features/immutable-rules/rule-form.tsx'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('immutableRules.form'))('newTitle') }
}

export default async function NewRulePage({ params }: { params: Promise<{ project: string }> }) {
  const project = decodeURIComponent((await params).project)
  const page = await pageData(`/projects/${project}/policies/immutable-rules/new`)
  await page.need('ListImmuRules', rulesInput(project))
  return page.hydrate(<RuleForm project={project} />)
}
