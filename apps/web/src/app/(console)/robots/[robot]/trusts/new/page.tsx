import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { TrustForm } from '@/features/identity-trusts/trust-form.tsx'
import { systemTrustsInput } from '@/features/identity-trusts/trust-input.ts'
import { needRobot } from '@/server/need-robot.ts'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('identityTrusts.form'))('newTitle') }
}

export default async function NewSystemTrustPage({ params }: { params: Promise<{ robot: string }> }) {
  const { robot } = await params
  const page = await pageData(`/robots/${robot}/trusts/new`)
  const id = await needRobot(page, null, robot)
  // Who may not list them may not make them: the page is not there for them.
  await page.need('listSystemIdentityTrusts', systemTrustsInput(id))
  const t = await getTranslations('identityTrusts')
  return page.hydrate(
    <div className="flex flex-col gap-4">
      <PageHeader title={t('title')} />
      <TrustForm project={null} robotId={id} />
    </div>,
  )
}
