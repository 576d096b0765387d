'use client'
import { cx, Icon, type IconName, useUi } from '@berth/ui'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useViewer } from './providers.tsx'

type Page =
  | 'home'
  | 'projects'
  | 'users'
  | 'groups'
  | 'robots'
  | 'labels'
  | 'quotas'
  | 'replications'
  | 'registries'
  | 'adopt'
  | 'reconcile'
  | 'events'
  | 'auditLog'
  | 'jobs'
  | 'configurations'
  | 'about'
  | 'apiReference'
type Item = { key: Page; href: string; icon: IconName }

const people: Item[] = [
  { key: 'users', href: '/users', icon: 'person' },
  { key: 'groups', href: '/groups', icon: 'people' },
  { key: 'robots', href: '/robots', icon: 'robot' },
]
const replication: Item[] = [
  { key: 'replications', href: '/replications', icon: 'replicate' },
  { key: 'registries', href: '/registries', icon: 'globe' },
]
const administration: Item[] = [
  { key: 'configurations', href: '/configurations', icon: 'settings' },
  { key: 'auditLog', href: '/audit-log', icon: 'log' },
  { key: 'jobs', href: '/jobs', icon: 'clock' },
  { key: 'quotas', href: '/quotas', icon: 'gauge' },
  { key: 'labels', href: '/labels', icon: 'tag' },
  { key: 'adopt', href: '/registry/adopt', icon: 'anchor' },
  { key: 'reconcile', href: '/registry/reconcile', icon: 'compare' },
  { key: 'events', href: '/registry/events', icon: 'download' },
]
type Group = { key: 'people' | 'replication' | 'system' | null; items: Item[] }

/** The pages this person may see. What is only for administrators is not shown to others at all. */
function useGroups(): Group[] {
  const viewer = useViewer()
  const groups: Group[] = [
    {
      key: null,
      items: [
        // Visitors have no home here: they look at public projects.
        ...(viewer ? [{ key: 'home', href: '/', icon: 'activity' } as const] : []),
        { key: 'projects', href: '/projects', icon: 'projects' },
      ],
    },
  ]
  if (viewer?.sysadmin_flag) {
    groups.push({ key: 'people', items: people }, { key: 'replication', items: replication })
  }
  groups.push({
    key: 'system',
    items: [
      ...(viewer?.sysadmin_flag ? administration : []),
      { key: 'about', href: '/about', icon: 'info' },
      { key: 'apiReference', href: '/api-reference', icon: 'code' },
    ],
  })
  return groups
}

export function NavigationList({ narrow }: { narrow: boolean }) {
  const t = useTranslations('frame')
  const { Link } = useUi()
  const pathname = usePathname()
  return (
    <nav aria-label={t('navigation')} className="flex flex-col gap-4 overflow-y-auto p-2">
      {useGroups().map(({ key, items }) => (
        <div key={key ?? 'first'}>
          {key && !narrow && <p className="px-2 pb-1 text-12 text-ink-3">{t(`groups.${key}`)}</p>}
          {key && narrow && <hr className="mx-2 mb-2 border-line" />}
          <ul className="flex flex-col gap-0.5">
            {items.map(({ key: name, href, icon }) => {
              const current = pathname === href || (href !== '/' && pathname.startsWith(`${href}/`))
              return (
                <li key={href}>
                  <Link
                    href={href}
                    aria-current={current ? 'page' : undefined}
                    aria-label={narrow ? t(`pages.${name}`) : undefined}
                    data-tip={narrow ? t(`pages.${name}`) : undefined}
                    className={cx(
                      'flex h-8 items-center gap-2.5 rounded-md text-13',
                      narrow ? 'justify-center' : 'px-2',
                      current
                        ? 'bg-accent-soft font-medium text-accent'
                        : 'text-ink-2 hover:bg-hover hover:text-ink',
                    )}
                  >
                    <Icon name={icon} className="shrink-0" />
                    {!narrow && t(`pages.${name}`)}
                  </Link>
                </li>
              )
            })}
          </ul>
        </div>
      ))}
    </nav>
  )
}
