import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { userInput } from '@/features/users/user-list-state.ts'
import { UserPage } from '@/features/users/user-page.tsx'
import { pageData } from '@/server/page-data.tsx'
import { getViewer } from '@/server/viewer.ts'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('users'))('one') }
}

export default async function OneUserPage({ params }: { params: Promise<{ user: string }> }) {
  const { user } = await params
  const id = Number(user)
  if (!Number.isSafeInteger(id) || id < 1) notFound()
  const [page, viewer] = await Promise.all([pageData(`/users/${id}`), getViewer()])
  await page.need('getUser', userInput(id))
  // Everybody may ask the API about themselves; for that there is the profile.
  if (!viewer?.sysadmin_flag) notFound()
  const path = { user_id: id }
  await Promise.all([
    page.want('listSessions', { path }),
    page.want('listAccessTokens', { path }),
    viewer.user_id === id ? undefined : page.want('getSecondFactor', { path }),
  ])
  return page.hydrate(<UserPage id={id} />)
}
