import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { toParams } from '@/data/list-state.ts'
import { MemberList } from '@/features/members/member-list.tsx'
import { membersInput } from '@/features/members/member-list-state.ts'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('projects.tabs'))('members') }
}

type Props = {
  params: Promise<{ project: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function MembersPage({ params, searchParams }: Props) {
  const project = decodeURIComponent((await params).project)
  const page = await pageData(`/projects/${project}/members`)
  await page.needList('listProjectMembers', membersInput(project, toParams(await searchParams)))
  return page.hydrate(
    <div>
      <MemberList project={project} />
    </div>,
  )
}
