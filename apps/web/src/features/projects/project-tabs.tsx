'use client'
import { Tabs } from '@berth/ui'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { usePermissions, useProject } from './use-project.ts'

export function ProjectTabs({ project: name }: { project: string }) {
  const t = useTranslations('projects.tabs')
  const pathname = usePathname()
  const project = useProject(name)
  const can = usePermissions(project?.project_id)
  const base = `/projects/${encodeURIComponent(name)}`
  const tabs = [
    { label: t('repositories'), href: base, count: project?.repo_count },
    ...(can('member', 'list') ? [{ label: t('members'), href: `${base}/members` }] : []),
    ...(can('robot', 'list') ? [{ label: t('robots'), href: `${base}/robots` }] : []),
    ...(can('label', 'list') ? [{ label: t('labels'), href: `${base}/labels` }] : []),
    { label: t('summary'), href: `${base}/summary` },
    ...(can('quota', 'read') ? [{ label: t('storage'), href: `${base}/storage` }] : []),
    ...(can('immutable-tag', 'list')
      ? [{ label: t('policies'), href: `${base}/policies/immutable-rules` }]
      : []),
    ...(can('notification-policy', 'list') ? [{ label: t('webhooks'), href: `${base}/webhooks` }] : []),
    ...(can('log', 'list') ? [{ label: t('auditLog'), href: `${base}/audit-log` }] : []),
    ...(can('project', 'update') ? [{ label: t('settings'), href: `${base}/settings` }] : []),
  ]
  return (
    <Tabs
      label={t('label')}
      tabs={tabs.map((tab) => ({
        ...tab,
        current: pathname === tab.href || (pathname.startsWith(`${tab.href}/`) && tab.href !== base),
      }))}
    />
  )
}
