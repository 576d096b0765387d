import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { RobotPage } from '@/features/robots/robot-page.tsx'
import { SystemRobotPermissions } from '@/features/robots/system-robot-form.tsx'
import { needRobot } from '@/server/need-robot.ts'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('robots'))('one') }
}

export default async function SystemRobotPage({ params }: { params: Promise<{ robot: string }> }) {
  const { robot } = await params
  const page = await pageData(`/robots/${robot}`)
  const id = await needRobot(page, null, robot)
  await page.want('getPermissions', {})
  return page.hydrate(
    <RobotPage project={null} id={id}>
      <SystemRobotPermissions id={id} />
    </RobotPage>,
  )
}
