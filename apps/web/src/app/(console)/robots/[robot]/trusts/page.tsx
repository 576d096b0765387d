import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { systemTrustsInput } from '@/features/identity-trusts/trust-input.ts'
import { TrustList } from '@/features/identity-trusts/trust-list.tsx'
import { RobotPage } from '@/features/robots/robot-page.tsx'
import { needRobot } from '@/server/need-robot.ts'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('identityTrusts'))('title') }
}

export default async function SystemTrustsPage({ params }: { params: Promise<{ robot: string }> }) {
  const { robot } = await params
  const page = await pageData(`/robots/${robot}/trusts`)
  const id = await needRobot(page, null, robot)
  await page.need('listSystemIdentityTrusts', systemTrustsInput(id))
  return page.hydrate(
    <RobotPage project={null} id={id}>
      <TrustList project={null} robotId={id} />
    </RobotPage>,
  )
}
