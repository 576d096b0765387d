import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { TrustForm } from '@/features/identity-trusts/trust-form.tsx'
import { trustsInput } from '@/features/identity-trusts/trust-input.ts'
import { needRobot } from '@/server/need-robot.ts'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('identityTrusts.form'))('editTitle') }
}

type Props = { params: Promise<{ project: string; robot: string; trust: string }> }

export default async function ProjectTrustPage({ params }: Props) {
  const { project: encoded, robot, trust } = await params
  const project = decodeURIComponent(encoded)
  const page = await pageData(`/projects/${project}/robots/${robot}/trusts/${trust}`)
  const id = await needRobot(page, project, robot)
  const { data: trusts } = await page.need('listIdentityTrusts', trustsInput(project, id))
  const trustId = Number(trust)
  if (!trusts.some((one) => one.id === trustId)) notFound()
  return page.hydrate(<TrustForm project={project} robotId={id} trustId={trustId} />)
}
