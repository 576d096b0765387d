import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { toParams } from '@/data/list-state.ts'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { GroupList } from '@/features/user-groups/group-list.tsx'
import { groupsInput } from '@/features/user-groups/group-list-state.ts'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('userGroups'))('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function GroupsPage({ searchParams }: Props) {
  const [t, page, params] = await Promise.all([
    getTranslations('userGroups'),
    pageData('/groups'),
    searchParams,
  ])
  await page.needList('listUserGroups', groupsInput(toParams(params)))
  return page.hydrate(
    <div className="flex flex-col gap-4">
      <PageHeader title={t('title')} description={t('description')} />
      <div>
        <GroupList />
      </div>
    </div>,
  )
}
