import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { robotInput } from '@/features/robots/robot-list-state.ts'
import { RobotPage } from '@/features/robots/robot-page.tsx'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('robots'))('one') }
}

export default async function SystemRobotPage({ params }: { params: Promise<{ robot: string }> }) {
  const { robot } = await params
  const id = Number(robot)
  if (!Number.isSafeInteger(id) || id < 1) notFound()
  const page = await pageData(`/robots/${robot}`)
  const { data } = await page.need('GetRobotByID', robotInput(id))
  if (data.level !== 'system') notFound()
  await Promise.all([page.want('getPermissions', {}), page.want('getSystemInfo', {})])
  return page.hydrate(<RobotPage project={null} id={id} />)
}
