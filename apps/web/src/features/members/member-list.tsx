'use client'
import type { Schemas } from '@berth/contract'
import { Badge, Button, ButtonLink, type Column, EmptyState, IconButton, Select, useNotify } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { lazy, Suspense, useState } from 'react'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { useListState } from '@/data/use-list-state.ts'
import { useProblem } from '@/features/frame/problem.tsx'
import { useViewer } from '@/features/frame/providers.tsx'
import { QueryTable } from '@/features/frame/query-table.tsx'
import { projectInput } from '@/features/projects/project-input.ts'
import { usePermissions, useProject } from '@/features/projects/use-project.ts'
import { LimitWords } from '@/features/repository-limits/limit-words.tsx'
import { memberPageSize, membersInput } from './member-list-state.ts'
import { canBeLimited, isRoleId, RoleName, roleIds } from './role-name.tsx'

type Member = Schemas['ProjectMemberEntity']
const EditLimit = lazy(() => import('./edit-limit.tsx'))
const RoleSources = lazy(() => import('./role-sources.tsx'))
const RemoveMembers = lazy(() => import('./remove-members.tsx'))

export function MemberList({ project }: { project: string }) {
  const t = useTranslations('members')
  const viewer = useViewer()
  const list = useListState([])
  const can = usePermissions(useProject(project)?.project_id)
  const query = useApiQuery('listProjectMembers', membersInput(project, useSearchParams()), {
    keepPrevious: true,
  })
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [removing, setRemoving] = useState<Member[]>()
  const [limiting, setLimiting] = useState<Member>()
  const isViewer = (member: Member) => member.entity_type === 'u' && member.entity_id === viewer?.user_id

  const columns: Column<Member>[] = [
    {
      id: 'name',
      header: t('columns.name'),
      primary: true,
      cell: (member) => (
        <span className="flex items-center gap-2">
          <span className="min-w-0 wrap-anywhere">{member.entity_name}</span>
          {isViewer(member) && <Badge>{t('you')}</Badge>}
        </span>
      ),
    },
    {
      id: 'kind',
      bare: true,
      header: t('columns.kind'),
      cell: ({ entity_type }) => t(entity_type === 'g' ? 'kinds.g' : 'kinds.u'),
    },
    {
      id: 'role',
      bare: true,
      header: t('columns.role'),
      cell: (member) =>
        can('member', 'update') ? (
          <RoleChoice project={project} member={member} />
        ) : (
          <RoleName roleId={member.role_id} />
        ),
    },
  ]
  columns.push({
    id: 'repositories',
    header: t('columns.repositories'),
    cell: (member) => (
      <span className="inline-flex items-center gap-1">
        <LimitWords patterns={member.repositories} />
        {can('member', 'update') && canBeLimited(member.role_id) && (
          <IconButton
            icon="edit"
            size="sm"
            label={t('limit.action', { name: member.entity_name })}
            onClick={() => setLimiting(member)}
          />
        )}
      </span>
    ),
  })
  if (can('member', 'delete')) {
    columns.push({
      id: 'actions',
      header: t('columns.actions'),
      actions: true,
      align: 'end',
      cell: (member) => (
        <IconButton
          icon="trash"
          size="sm"
          label={t('remove.action', { name: member.entity_name })}
          onClick={() => setRemoving([member])}
        />
      ),
    })
  }

  return (
    <>
      <QueryTable
        id="members"
        label={t('title', { project })}
        columns={columns}
        query={query}
        list={list}
        pageSize={memberPageSize}
        skeletonRows={4}
        filter={t('filter')}
        rowKey={({ id }) => String(id)}
        rowLabel={({ entity_name }) => entity_name}
        selection={can('member', 'delete') ? { keys: chosen, onChange: setChosen } : undefined}
        bulkActions={(rows) => (
          <Button size="sm" variant="danger" icon="trash" onClick={() => setRemoving(rows)}>
            {t('remove.bulk')}
          </Button>
        )}
        toolbar={
          <>
            {can('member', 'update') && (
              <Button
                icon="search"
                className="ml-auto"
                onClick={() => list.change({ sources: 1, page: list.param('page') })}
              >
                {t('sources.action')}
              </Button>
            )}
            {can('member', 'create') && (
              <ButtonLink
                variant="primary"
                icon="plus"
                href={`/projects/${encodeURIComponent(project)}/members/new`}
              >
                {t('add')}
              </ButtonLink>
            )}
          </>
        }
        empty={
          <EmptyState
            icon={list.q ? 'search' : 'people'}
            title={t(list.q ? 'empty.filtered' : 'empty.title')}
          >
            {!list.q && t('empty.help')}
          </EmptyState>
        }
      />
      <Suspense>
        {list.param('sources') === '1' && (
          <RoleSources
            project={project}
            onClose={() => list.change({ sources: undefined, page: list.param('page') }, true)}
          />
        )}
        {limiting && <EditLimit project={project} member={limiting} onClose={() => setLimiting(undefined)} />}
        {removing && (
          <RemoveMembers
            project={project}
            members={removing}
            onClose={() => setRemoving(undefined)}
            onDone={() => {
              setChosen(new Set())
              setRemoving(undefined)
            }}
          />
        )}
      </Suspense>
    </>
  )
}

/** The role takes effect when chosen; what was refused springs back and says why. */
function RoleChoice({ project, member }: { project: string; member: Member }) {
  const t = useTranslations('members')
  const notify = useNotify()
  const describe = useProblem()
  const update = useApiMutation('updateProjectMember', ['listProjectMembers', 'getCurrentUserPermissions'])
  const shown = update.isPending ? update.variables?.body?.role_id : member.role_id
  function choose(roleId: number) {
    const { path, headers } = projectInput(project)
    update.mutate(
      {
        path: { ...path, mid: member.id },
        headers, // A project admin's role has no limit: it goes with the change.
        body: {
          role_id: roleId,
          ...(!canBeLimited(roleId) && member.repositories && { repositories: null }),
        },
      },
      {
        onSuccess: () =>
          isRoleId(roleId) &&
          notify('good', t('roleChanged', { name: member.entity_name, role: t(`roles.${roleId}`) })),
        onError: (error) => notify('bad', `${describe(error).title}. ${describe(error).detail}`),
      },
    )
  }
  return (
    <Select
      density="sm"
      aria-label={t('roleOf', { name: member.entity_name })}
      value={String(shown)}
      onChange={(event) => choose(Number(event.target.value))}
      options={roleIds.map((id) => ({ value: String(id), label: t(`roles.${id}`) }))}
    />
  )
}
