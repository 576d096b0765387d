import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { TrustForm } from '@/features/identity-trusts/trust-form.tsx'
import { trustsInput } from '@/features/identity-trusts/trust-input.ts'
import { needRobot } from '@/server/need-robot.ts'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('identityTrusts.form'))('newTitle') }
}

export default async function NewProjectTrustPage({
  params,
}: {
  params: Promise<{ project: string; robot: string }>
}) {
  const { project: encoded, robot } = await params
  const project = decodeURIComponent(encoded)
  const page = await pageData(`/projects/${project}/robots/${robot}/trusts/new`)
  const id = await needRobot(page, project, robot)
  // Who may not list them may not make them: the page is not there for them.
  await page.need('listIdentityTrusts', trustsInput(project, id))
  return page.hydrate(<TrustForm project={project} robotId={id} />)
}
