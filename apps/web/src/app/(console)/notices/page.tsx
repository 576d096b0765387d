import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { toParams } from '@/data/list-state.ts'
import { noticesInput } from '@/features/notices/notice-input.ts'
import { NoticeList } from '@/features/notices/notice-list.tsx'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('notices'))('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function NoticesPage({ searchParams }: Props) {
  const [page, params] = await Promise.all([pageData('/notices'), searchParams])
  await page.needList('listMyNotices', noticesInput(toParams(params)))
  return page.hydrate(<NoticeList />)
}
