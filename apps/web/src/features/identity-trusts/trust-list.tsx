'use client'
import type { Schemas } from '@berth/contract'
import {
  Badge,
  ButtonLink,
  type Column,
  EmptyState,
  Icon,
  Menu,
  type MenuItem,
  Status,
  Table,
  Time,
  useNotify,
  useUi,
} from '@berth/ui'
import { useTranslations } from 'next-intl'
import { lazy, Suspense, useState } from 'react'
import { useProblem } from '@/features/frame/problem.tsx'
import { useTableState } from '@/features/frame/table-state.tsx'
import { robotsPath } from '@/features/robots/robot-facts.ts'
import { useRobotRights } from '@/features/robots/use-robot-rights.ts'
import { MAX_TRUSTS_PER_ROBOT } from './trust-input.ts'
import { trustCalls, useTrustChange, useTrusts } from './use-trusts.ts'

type Trust = Schemas['IdentityTrust']
const DeleteTrust = lazy(() => import('./delete-trust.tsx'))
const JobSnippets = lazy(() => import('./job-snippets-view.tsx'))

/** Which jobs may act as this robot without a stored secret, and how they do it. */
export function TrustList({ project, robotId }: { project: string | null; robotId: number }) {
  const t = useTranslations('identityTrusts')
  const { Link } = useUi()
  const query = useTrusts(project, robotId)
  const rights = useRobotRights(project)
  const [deleting, setDeleting] = useState<Trust>()
  const trusts = query.data?.data ?? []
  const base = `${robotsPath(project)}/${robotId}/trusts`
  const [first] = trusts
  const columns: Column<Trust>[] = [
    {
      id: 'name',
      header: t('columns.name'),
      primary: true,
      cell: ({ id, name }) => (
        <Link
          href={`${base}/${id}`}
          className="rounded-md wrap-anywhere text-ink sm:inline-block sm:min-w-36 hover:text-accent hover:underline"
        >
          {name}
        </Link>
      ),
    },
    {
      id: 'issuer',
      header: t('columns.issuer'),
      cell: ({ issuer }) => <code className="font-mono text-13 break-all">{issuer}</code>,
    },
    {
      id: 'claims',
      header: t('columns.claims'),
      cell: ({ claims }) => (
        <ul>
          {Object.entries(claims).map(([path, pattern]) => (
            <li key={path} className="font-mono text-13 break-all">
              <span className="text-ink-3">{path}</span> {pattern}
            </li>
          ))}
        </ul>
      ),
    },
    {
      id: 'state',
      bare: true,
      header: t('columns.state'),
      cell: ({ disabled }) => (disabled ? <Badge>{t('off')}</Badge> : <Status tone="good">{t('on')}</Status>),
    },
    {
      id: 'used',
      header: t('columns.used'),
      cell: ({ last_used_at }) =>
        last_used_at ? (
          <Time at={last_used_at} />
        ) : (
          <span className="text-ink-3 sm:whitespace-nowrap">{t('neverUsed')}</span>
        ),
    },
    {
      id: 'actions',
      header: t('columns.actions'),
      actions: true,
      align: 'end',
      cell: (trust) => (
        <TrustMenu
          project={project}
          trust={trust}
          href={rights.changeTrusts ? `${base}/${trust.id}` : undefined}
          onDelete={setDeleting}
        />
      ),
    },
  ]
  return (
    <section aria-label={t('title')} className="flex flex-col gap-3">
      <header className="flex flex-wrap items-start justify-between gap-3">
        <p className="max-w-[72ch] text-13 text-ink-2">{t('description')}</p>
        {rights.changeTrusts && trusts.length < MAX_TRUSTS_PER_ROBOT && (
          <ButtonLink variant="primary" icon="plus" href={`${base}/new`}>
            {t('new')}
          </ButtonLink>
        )}
      </header>
      <Table
        id="identity-trusts"
        fixedColumns
        label={t('title')}
        columns={columns}
        rows={trusts}
        rowKey={({ id }) => String(id)}
        rowLabel={({ name }) => name}
        state={useTableState(query, 2)}
        empty={
          <EmptyState icon="shield" title={t('empty')}>
            {t('emptyHelp')}
          </EmptyState>
        }
      />
      <Suspense>
        {first && <JobSnippets robot={first.robot_name} audience={first.audience} />}
        {deleting && (
          <DeleteTrust project={project} trust={deleting} onClose={() => setDeleting(undefined)} />
        )}
      </Suspense>
    </section>
  )
}

type MenuProps = {
  project: string | null
  trust: Trust
  /** Where it is changed; undefined while it can only be deleted. */
  href: string | undefined
  onDelete: (trust: Trust) => void
}

function TrustMenu({ project, trust: { id, name, disabled, ...trust }, href, onDelete }: MenuProps) {
  const t = useTranslations('identityTrusts')
  const notify = useNotify()
  const describe = useProblem()
  const update = useTrustChange(() => trustCalls(project).update(id, { disabled: !disabled }))
  const toggle = () =>
    update.mutate(undefined, {
      onSuccess: () => notify('good', t(disabled ? 'switchedOn' : 'switchedOff', { name })),
      onError: (error) => notify('bad', `${describe(error).title}. ${describe(error).detail}`),
    })
  return (
    <Menu
      label={t('menu', { name })}
      trigger={<Icon name="more" />}
      items={[
        ...(href === undefined
          ? []
          : ([
              { kind: 'link', label: t('edit'), icon: 'edit', href },
              {
                label: t(disabled ? 'switchOn' : 'switchOff'),
                icon: disabled ? 'check' : 'lock',
                onSelect: toggle,
              },
              { kind: 'line' },
            ] satisfies MenuItem[])),
        {
          label: t('delete.action'),
          icon: 'trash',
          danger: true,
          onSelect: () => onDelete({ id, name, disabled, ...trust }),
        },
      ]}
    />
  )
}
