import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { toParams } from '@/data/list-state.ts'
import { AdoptionWalk } from '@/features/registry-walks/adoption-walk.tsx'
import { findingsInput, proposalsInput, walkInput } from '@/features/registry-walks/walk-input.ts'
import { pageData } from '@/server/page-data.tsx'

type Props = {
  params: Promise<{ walk: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const t = await getTranslations('registryWalks.adopt')
  return { title: `${t('title')} #${(await params).walk}` }
}

export default async function Page({ params, searchParams }: Props) {
  const { walk } = await params
  if (!/^\d{1,15}$/.test(walk)) notFound()
  const id = Number(walk)
  const query = toParams(await searchParams)
  const page = await pageData(`/registry/adopt/${id}`)
  await page.need('getRegistryWalk', walkInput(id))
  await Promise.all([
    page.want('listRegistryFindings', findingsInput(id, query)),
    page.want('listRegistryProposals', proposalsInput(id, query)),
  ])
  return page.hydrate(<AdoptionWalk id={id} />)
}
