import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { trustsInput } from '@/features/identity-trusts/trust-input.ts'
import { TrustList } from '@/features/identity-trusts/trust-list.tsx'
import { RobotPage } from '@/features/robots/robot-page.tsx'
import { needRobot } from '@/server/need-robot.ts'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('identityTrusts'))('title') }
}

export default async function ProjectTrustsPage({
  params,
}: {
  params: Promise<{ project: string; robot: string }>
}) {
  const { project: encoded, robot } = await params
  const project = decodeURIComponent(encoded)
  const page = await pageData(`/projects/${project}/robots/${robot}/trusts`)
  const id = await needRobot(page, project, robot)
  await page.need('listIdentityTrusts', trustsInput(project, id))
  return page.hydrate(
    <RobotPage project={project} id={id}>
      <TrustList project={project} robotId={id} />
    </RobotPage>,
  )
}
