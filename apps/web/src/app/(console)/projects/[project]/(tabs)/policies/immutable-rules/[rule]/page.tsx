import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { rulesInput } from '@/features/immutable-rules/rule-draft.ts'
import { RuleForm } from '@/features/immutable-rules/rule-form.tsx'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('immutableRules.form'))('editTitle') }
}

type Props = { params: Promise<{ project: string; rule: string }> }

export default async function RulePage({ params }: Props) {
  const { project: encoded, rule } = await params
  const project = decodeURIComponent(encoded)
  const page = await pageData(`/projects/${project}/policies/immutable-rules/${rule}`)
  const { data: rules } = await page.need('ListImmuRules', rulesInput(project))
  const id = Number(rule)
  if (!rules.some((one) => one.id === id)) notFound()
  return page.hydrate(<RuleForm project={project} ruleId={id} />)
}
