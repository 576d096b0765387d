import { ButtonLink } from '@berth/ui'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { toParams } from '@/data/list-state.ts'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { UnlessReadOnly } from '@/features/read-only/unless-read-only.tsx'
import { UserList } from '@/features/users/user-list.tsx'
import { usersInput } from '@/features/users/user-list-state.ts'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('users'))('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function UsersPage({ searchParams }: Props) {
  const [t, page, params] = await Promise.all([getTranslations('users'), pageData('/users'), searchParams])
  const [settings] = await Promise.all([
    page.need('getConfigurations', {}),
    page.needList('listUsers', usersInput(toParams(params))),
  ])
  const directory = settings.data.auth_mode?.value === 'ldap_auth'
  return page.hydrate(
    <div className="flex flex-col gap-4">
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={
          <UnlessReadOnly>
            {directory && <ButtonLink href="/users/import">{t('import')}</ButtonLink>}
            <ButtonLink variant="primary" icon="plus" href="/users/new">
              {t('new')}
            </ButtonLink>
          </UnlessReadOnly>
        }
      />
      <div>
        <UserList />
      </div>
    </div>,
  )
}
