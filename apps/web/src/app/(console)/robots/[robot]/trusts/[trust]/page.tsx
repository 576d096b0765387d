import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { TrustForm } from '@/features/identity-trusts/trust-form.tsx'
import { systemTrustsInput } from '@/features/identity-trusts/trust-input.ts'
import { needRobot } from '@/server/need-robot.ts'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('identityTrusts.form'))('editTitle') }
}

type Props = { params: Promise<{ robot: string; trust: string }> }

export default async function SystemTrustPage({ params }: Props) {
  const { robot, trust } = await params
  const page = await pageData(`/robots/${robot}/trusts/${trust}`)
  const id = await needRobot(page, null, robot)
  const { data: trusts } = await page.need('listSystemIdentityTrusts', systemTrustsInput(id))
  const trustId = Number(trust)
  if (!trusts.some((one) => one.id === trustId)) notFound()
  const t = await getTranslations('identityTrusts')
  return page.hydrate(
    <div className="flex flex-col gap-4">
      <PageHeader title={t('title')} />
      <TrustForm project={null} robotId={id} trustId={trustId} />
    </div>,
  )
}
