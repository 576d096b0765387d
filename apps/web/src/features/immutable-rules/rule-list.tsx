'use client'
import type { Schemas } from '@berth/contract'
import {
  Badge,
  ButtonLink,
  type Column,
  EmptyState,
  Icon,
  Menu,
  Status,
  Table,
  useNotify,
  useUi,
} from '@berth/ui'
import { useTranslations } from 'next-intl'
import { lazy, Suspense, useState } from 'react'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { useProblem } from '@/features/frame/problem.tsx'
import { useTableState } from '@/features/frame/table-state.tsx'
import { projectInput } from '@/features/projects/project-input.ts'
import { usePermissions, useProject } from '@/features/projects/use-project.ts'
import { fromRule, MAX_RULES_PER_PROJECT, rulesInput } from './rule-draft.ts'
import { SelectorWords } from './rule-words.tsx'

type Rule = Schemas['ImmutableRule']
const DeleteRule = lazy(() => import('./delete-rule.tsx'))

export function RuleList({ project }: { project: string }) {
  const t = useTranslations('immutableRules')
  const { Link } = useUi()
  const can = usePermissions(useProject(project)?.project_id)
  const query = useApiQuery('ListImmuRules', rulesInput(project))
  const [deleting, setDeleting] = useState<Rule>()
  const rules = query.data?.data ?? []
  const base = `/projects/${encodeURIComponent(project)}/policies/immutable-rules`
  const full = rules.length >= MAX_RULES_PER_PROJECT
  const columns: Column<Rule>[] = [
    {
      id: 'number',
      header: t('columns.rule'),
      primary: true,
      cell: ({ id }) =>
        can('immutable-tag', 'update') ? (
          <Link href={`${base}/${id}`} className="rounded-md text-ink hover:text-accent hover:underline">
            {t('number', { id: String(id) })}
          </Link>
        ) : (
          t('number', { id: String(id) })
        ),
    },
    {
      id: 'repositories',
      header: t('columns.repositories'),
      cell: (rule) => <SelectorWords selector={fromRule(rule).repository} />,
    },
    {
      id: 'tags',
      header: t('columns.tags'),
      cell: (rule) => <SelectorWords selector={fromRule(rule).tag} />,
    },
    {
      id: 'status',
      bare: true,
      header: t('columns.status'),
      cell: ({ disabled }) =>
        disabled ? <Badge>{t('disabled')}</Badge> : <Status tone="good">{t('enabled')}</Status>,
    },
    {
      id: 'actions',
      header: t('columns.actions'),
      actions: true,
      align: 'end',
      cell: (rule) => (
        <RuleMenu project={project} rule={rule} href={`${base}/${rule.id}`} onDelete={setDeleting} />
      ),
    },
  ]
  return (
    <section aria-label={t('title')} className="flex flex-col gap-3">
      <header className="flex flex-wrap items-start justify-between gap-3">
        <div className="max-w-[72ch]">
          <h2 className="text-16 font-semibold">{t('title')}</h2>
          <p className="text-13 text-ink-2">{t('description')}</p>
        </div>
        {can('immutable-tag', 'create') && !full && (
          <ButtonLink variant="primary" icon="plus" href={`${base}/new`}>
            {t('new')}
          </ButtonLink>
        )}
      </header>
      <Table
        id="immutable-rules"
        fixedColumns
        label={t('title')}
        columns={columns}
        rows={rules}
        rowKey={({ id }) => String(id)}
        rowLabel={({ id }) => t('number', { id: String(id) })}
        state={useTableState(query, 3)}
        empty={
          <EmptyState icon="lock" title={t('empty')}>
            {t('emptyHelp')}
          </EmptyState>
        }
      />
      <p className="text-12 text-ink-3">
        {t(full ? 'countFull' : 'count', { count: rules.length, max: MAX_RULES_PER_PROJECT })}
      </p>
      {deleting && (
        <Suspense>
          <DeleteRule project={project} rule={deleting} onClose={() => setDeleting(undefined)} />
        </Suspense>
      )}
    </section>
  )
}

type MenuProps = { project: string; rule: Rule; href: string; onDelete: (rule: Rule) => void }

function RuleMenu({ project, rule, href, onDelete }: MenuProps) {
  const t = useTranslations('immutableRules')
  const notify = useNotify()
  const describe = useProblem()
  const can = usePermissions(useProject(project)?.project_id)
  const update = useApiMutation('UpdateImmuRule', ['ListImmuRules'])
  const id = rule.id ?? 0
  const toggle = () => {
    const { path, headers } = projectInput(project)
    const disabled = !rule.disabled
    update.mutate(
      { path: { ...path, immutable_rule_id: id }, headers, body: { disabled } },
      {
        onSuccess: () => notify('good', t(disabled ? 'switchedOff' : 'switchedOn', { id: String(id) })),
        onError: (error) => notify('bad', describe(error).said),
      },
    )
  }
  const mayChange = can('immutable-tag', 'update')
  const mayDelete = can('immutable-tag', 'delete')
  if (!mayChange && !mayDelete) return null
  return (
    <Menu
      label={t('menu', { id: String(id) })}
      trigger={<Icon name="more" />}
      items={[
        ...(mayChange
          ? [
              { kind: 'link' as const, label: t('edit'), icon: 'edit' as const, href },
              { label: t(rule.disabled ? 'enable' : 'disable'), icon: 'lock' as const, onSelect: toggle },
            ]
          : []),
        ...(mayDelete
          ? [
              { kind: 'line' as const },
              {
                label: t('delete.action'),
                icon: 'trash' as const,
                danger: true,
                onSelect: () => onDelete(rule),
              },
            ]
          : []),
      ]}
    />
  )
}
