import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { toParams } from '@/data/list-state.ts'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { searchInput } from '@/features/search/hits.ts'
import { SearchResults } from '@/features/search/search-results.tsx'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('search'))('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function SearchPage({ searchParams }: Props) {
  const [t, page, params] = await Promise.all([getTranslations('search'), pageData('/search'), searchParams])
  const input = searchInput(toParams(params))
  if (input) await page.want('searchEverything', input)
  return page.hydrate(
    <div className="flex flex-col gap-4">
      <PageHeader title={t('title')} description={t('description')} />
      <SearchResults />
    </div>,
  )
}
