import { ButtonLink } from '@berth/ui'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { toParams } from '@/data/list-state.ts'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { UnlessReadOnly } from '@/features/read-only/unless-read-only.tsx'
import { RobotList } from '@/features/robots/robot-list.tsx'
import { robotsInput } from '@/features/robots/robot-list-state.ts'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('robots'))('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function RobotsPage({ searchParams }: Props) {
  const [t, page, params] = await Promise.all([getTranslations('robots'), pageData('/robots'), searchParams])
  await page.needList('ListRobot', robotsInput(null, toParams(params)))
  return page.hydrate(
    <div className="flex flex-col gap-4">
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={
          <UnlessReadOnly>
            <ButtonLink variant="primary" icon="plus" href="/robots/new">
              {t('new')}
            </ButtonLink>
          </UnlessReadOnly>
        }
      />
      <div>
        <RobotList project={null} />
      </div>
    </div>,
  )
}
