'use client'
import type { Schemas } from '@berth/contract'
import { ButtonLink, type Column, Count, EmptyState, Select, Time, useUi } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { useListState } from '@/data/use-list-state.ts'
import { useViewer } from '@/features/frame/providers.tsx'
import { QueryTable } from '@/features/frame/query-table.tsx'
import { RoleName } from '@/features/members/role-name.tsx'
import { signInPath } from '@/features/sessions/next-path.ts'
import { Access } from './access.tsx'
import {
  projectPageSize,
  projectSort,
  projectSorts,
  projectsInput,
  readVisibility,
  visibilities,
} from './project-list-state.ts'

type Project = Schemas['Project']

export function ProjectList() {
  const t = useTranslations('projects')
  const viewer = useViewer()
  const { Link } = useUi()
  const list = useListState(projectSorts)
  const params = useSearchParams()
  const show = readVisibility(params)
  const query = useApiQuery('listProjects', projectsInput(params, viewer?.username), { keepPrevious: true })
  const filtered = list.q !== '' || show !== ''

  const columns: Column<Project>[] = [
    {
      id: 'name',
      header: t('columns.name'),
      sortKey: 'name',
      primary: true,
      cell: ({ name }) => (
        <Link
          href={`/projects/${name}`}
          className="rounded-md break-all text-ink hover:text-accent hover:underline"
        >
          {name}
        </Link>
      ),
    },
    {
      id: 'access',
      bare: true,
      header: t('columns.access'),
      cell: ({ metadata }) => <Access isPublic={metadata.public === 'true'} />,
    },
    {
      id: 'role',
      bare: true,
      header: t('columns.role'),
      cell: (project) => <RoleName roleId={project.current_user_role_id} />,
    },
    {
      id: 'owner',
      header: t('columns.owner'),
      defaultHidden: true,
      cell: ({ owner_name }) => owner_name || '–',
    },
    {
      id: 'repositories',
      header: t('columns.repositories'),
      align: 'end',
      cell: ({ repo_count }) => <Count value={repo_count} />,
    },
    {
      id: 'created',
      header: t('columns.created'),
      sortKey: 'creation_time',
      cell: ({ creation_time }) => <Time at={creation_time} />,
    },
    {
      id: 'updated',
      header: t('columns.updated'),
      sortKey: 'update_time',
      defaultHidden: true,
      cell: ({ update_time }) => <Time at={update_time} />,
    },
  ]

  return (
    <QueryTable
      id="projects"
      label={t('title')}
      columns={viewer ? columns : columns.filter(({ id }) => id !== 'role')}
      query={query}
      list={list}
      pageSize={projectPageSize}
      filter={t('filter')}
      rowKey={({ project_id }) => String(project_id)}
      rowLabel={({ name }) => name}
      sort={list.sort || projectSort}
      toolbar={
        viewer && (
          <Select
            aria-label={t('visibility')}
            value={show}
            onChange={(event) => list.change({ show: event.target.value })}
            options={['' as const, ...visibilities].map((value) => ({ value, label: t(value || 'all') }))}
          />
        )
      }
      empty={
        filtered ? (
          <EmptyState
            icon="search"
            title={t('empty.filtered')}
            action={<ButtonLink href="/projects">{t('empty.clear')}</ButtonLink>}
          >
            {t('empty.filteredHelp')}
          </EmptyState>
        ) : viewer ? (
          <EmptyState
            icon="projects"
            title={t('empty.title')}
            action={
              <ButtonLink variant="primary" icon="plus" href="/projects?create=1">
                {t('new')}
              </ButtonLink>
            }
          >
            {t('empty.help')}
          </EmptyState>
        ) : (
          <EmptyState icon="lock" title={t('empty.title')} action={<SignInLink />}>
            {t('empty.anonymous')}
          </EmptyState>
        )
      }
    />
  )
}

function SignInLink() {
  const t = useTranslations('frame')
  return (
    <ButtonLink variant="primary" href={signInPath('/projects')}>
      {t('signIn')}
    </ButtonLink>
  )
}
