import type { Team } from './journey.ts'
import { person, registry, replication, robots, trusts, webhook } from './page-contents.ts'

const runPath = () => `/replications/${replication.policy}/executions/${replication.run}`

export interface ConsolePage {
  name: string
  path(team: Team, digest: string): string
  /** What is asked for after the page itself: a selector. */
  shows?: string
}

/** Every page of the console, and where it is once a team has pushed an image. */
export const pages: ConsolePage[] = [
  { name: 'home', path: () => '/' },
  { name: 'projects', path: () => '/projects' },
  { name: 'project', path: (team) => `/projects/${team.project}` },
  { name: 'members', path: (team) => `/projects/${team.project}/members` },
  { name: 'new-member', path: (team) => `/projects/${team.project}/members/new` },
  { name: 'project-robots', path: (team) => `/projects/${team.project}/robots` },
  { name: 'new-project-robot', path: (team) => `/projects/${team.project}/robots/new` },
  { name: 'project-robot', path: (team) => `/projects/${team.project}/robots/${robots.project}` },
  { name: 'project-trusts', path: (team) => `/projects/${team.project}/robots/${robots.project}/trusts` },
  {
    name: 'new-project-trust',
    path: (team) => `/projects/${team.project}/robots/${robots.project}/trusts/new`,
  },
  {
    name: 'project-trust',
    path: (team) => `/projects/${team.project}/robots/${robots.project}/trusts/${trusts.project}`,
  },
  { name: 'project-labels', path: (team) => `/projects/${team.project}/labels` },
  { name: 'project-summary', path: (team) => `/projects/${team.project}/summary` },
  { name: 'project-storage', path: (team) => `/projects/${team.project}/storage` },
  { name: 'immutable-rules', path: (team) => `/projects/${team.project}/policies/immutable-rules` },
  { name: 'new-immutable-rule', path: (team) => `/projects/${team.project}/policies/immutable-rules/new` },
  { name: 'webhooks', path: (team) => `/projects/${team.project}/webhooks` },
  { name: 'new-webhook', path: (team) => `/projects/${team.project}/webhooks/new` },
  { name: 'webhook', path: (team) => `/projects/${team.project}/webhooks/${webhook.id}` },
  { name: 'webhook-settings', path: (team) => `/projects/${team.project}/webhooks/${webhook.id}/settings` },
  { name: 'project-audit-log', path: (team) => `/projects/${team.project}/audit-log` },
  { name: 'project-settings', path: (team) => `/projects/${team.project}/settings` },
  { name: 'repository', path: (team) => `/projects/${team.project}/repositories/tools/busybox` },
  {
    name: 'repository-usage',
    path: (team) => `/projects/${team.project}/repositories/tools/busybox?tab=usage`,
  },
  { name: 'index', path: (team) => `/projects/${team.project}/artifacts/tools/busybox/:1.0` },
  ...['overview', 'tags', 'history', 'configuration', 'manifest'].map((tab) => ({
    name: `artifact-${tab}`,
    path: (team: Team, digest: string) =>
      `/projects/${team.project}/artifacts/tools/busybox/@${digest}?tab=${tab}`,
  })),
  ...['readme', 'values', 'dependencies'].map((tab) => ({
    name: `chart-${tab}`,
    path: (team: Team) => `/projects/${team.project}/artifacts/tools/web/:1.2.3?tab=${tab}`,
  })),
  { name: 'search', path: (team) => `/search?q=${team.project}` },
  { name: 'search-tags', path: () => '/search?q=1&kind=tag' },
  { name: 'search-empty', path: () => '/search' },
  { name: 'users', path: () => '/users' },
  { name: 'user', path: () => `/users/${person.id}` },
  { name: 'robots', path: () => '/robots' },
  { name: 'new-robot', path: () => '/robots/new' },
  { name: 'robot', path: () => `/robots/${robots.system}` },
  { name: 'trusts', path: () => `/robots/${robots.system}/trusts` },
  { name: 'new-trust', path: () => `/robots/${robots.system}/trusts/new` },
  { name: 'trust', path: () => `/robots/${robots.system}/trusts/${trusts.system}` },
  { name: 'groups', path: () => '/groups' },
  { name: 'labels', path: () => '/labels' },
  { name: 'new-user', path: () => '/users/new' },
  { name: 'quotas', path: () => '/quotas' },
  { name: 'audit-log', path: () => '/audit-log?since=week' },
  { name: 'audit-integrity', path: () => '/audit-log/integrity' },
  { name: 'audit-retention', path: () => '/audit-log/retention' },
  { name: 'registries', path: () => '/registries' },
  { name: 'registry', path: () => `/registries/${registry.id}` },
  { name: 'registry-unhealthy', path: () => `/registries/${registry.unhealthy}` },
  { name: 'new-registry', path: () => '/registries/new' },
  { name: 'replications', path: () => '/replications' },
  { name: 'new-replication', path: () => '/replications/new' },
  { name: 'replication-map', path: () => '/replications/map' },
  { name: 'replication-map-table', path: () => '/replications/map?as=table' },
  { name: 'replication', path: () => `/replications/${replication.policy}` },
  { name: 'edit-replication', path: () => `/replications/${replication.policy}/edit` },
  { name: 'replication-run', path: () => runPath() },
  { name: 'replication-missing', path: () => `${runPath()}?tab=missing` },
  { name: 'replication-task', path: () => `${runPath()}?task=${replication.task}`, shows: 'dialog pre' },
  {
    name: 'replication-skipped',
    path: () => `/replications/${replication.single}/executions/${replication.skipped}`,
  },
  { name: 'audit-destinations', path: () => '/audit-log/destinations' },
  { name: 'new-audit-destination', path: () => '/audit-log/destinations/new' },
  { name: 'audit-line', path: () => '/audit-log?line=1' },
  { name: 'configurations', path: () => '/configurations' },
  { name: 'authentication', path: () => '/configurations/authentication' },
  { name: 'ldap', path: () => '/configurations/ldap' },
  { name: 'oidc', path: () => '/configurations/oidc' },
  { name: 'mail', path: () => '/configurations/mail' },
  { name: 'import-people', path: () => '/users/import' },
  { name: 'adopt', path: () => '/registry/adopt' },
  { name: 'reconcile', path: () => '/registry/reconcile' },
  { name: 'registry-events', path: () => '/registry/events' },
  { name: 'jobs', path: () => '/jobs' },
  { name: 'notices', path: () => '/notices' },
  { name: 'notice-preferences', path: () => '/notices/preferences' },
  { name: 'profile', path: () => '/profile' },
  { name: 'about', path: () => '/about' },
  { name: 'api-reference', path: () => '/api-reference' },
  { name: 'not-found', path: () => '/no-such-page' },
]

/** What somebody meets before there is another registry. */
export const emptyPages = [
  { name: 'registries-empty', path: '/registries' },
  { name: 'replications-empty', path: '/replications' },
  { name: 'replication-map-empty', path: '/replications/map' },
  { name: 'new-replication-empty', path: '/replications/new' },
]
