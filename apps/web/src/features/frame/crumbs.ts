import { shortenDigest } from '@berth/ui/format'
import { artifactPath, placeOf, repositoryPath } from '../repositories/paths.ts'

/** A crumb is a message key of `frame.crumbs`, or a name as it is; the page may know a better one (crumb-names.ts). */
export type CrumbSpec = { key?: string; name?: string; href: string }

const tabs = ['members', 'labels', 'summary', 'storage', 'audit-log', 'settings']

/** Where a path stands. Segments arrive percent-encoded, as in the address bar. */
export function crumbsFor(pathname: string): CrumbSpec[] {
  const [first, ...rest] = pathname.split('/').filter(Boolean)
  if (first === 'projects') return projectCrumbs(rest)
  if (first === 'users') {
    const [id] = rest
    const users: CrumbSpec = { key: 'users', href: '/users' }
    const keys: Record<string, string> = { new: 'newUser', import: 'importPeople' }
    return id ? [users, { key: keys[id] ?? 'user', href: `/users/${id}` }] : [users]
  }
  if (first === 'configurations') {
    const [section] = rest
    const all: CrumbSpec = { key: first, href: '/configurations' }
    return section ? [all, { key: section, href: `/configurations/${section}` }] : [all]
  }
  if (first === 'audit-log' || first === 'notices') {
    const [section] = rest
    const all: CrumbSpec = { key: first, href: `/${first}` }
    return section ? [all, { key: section, href: `/${first}/${section}` }] : [all]
  }
  if (first === 'robots') return robotCrumbs('/robots', rest)
  if (first === 'registries') {
    const [id] = rest
    const all: CrumbSpec = { key: first, href: '/registries' }
    if (!id) return [all]
    const one = id === 'new' ? { key: 'newRegistry' } : { name: `#${id}` }
    return [all, { ...one, href: `/registries/${id}` }]
  }
  if (first === 'replications') return replicationCrumbs(rest)
  if (first === 'registry') return registryCrumbs(rest)
  return first ? [{ key: first, href: `/${first}` }] : [{ key: 'home', href: '/' }]
}

function robotCrumbs(list: string, [id, trusts, trust]: string[]): CrumbSpec[] {
  const crumbs: CrumbSpec[] = [{ key: 'robots', href: list }]
  if (!id) return crumbs
  const href = `${list}/${id}`
  crumbs.push({ key: id === 'new' ? 'newRobot' : 'robot', href })
  if (trusts) crumbs.push({ key: 'trusts', href: `${href}/trusts` })
  if (trust) crumbs.push({ key: trust === 'new' ? 'newTrust' : 'trust', href: `${href}/trusts/${trust}` })
  return crumbs
}

function replicationCrumbs([id, section, run]: string[]): CrumbSpec[] {
  const crumbs: CrumbSpec[] = [{ key: 'replications', href: '/replications' }]
  if (!id) return crumbs
  const href = `/replications/${id}`
  const keys: Record<string, string> = { new: 'newPolicy', map: 'map' }
  crumbs.push({ ...(keys[id] ? { key: keys[id] } : { name: `#${id}` }), href })
  if (section === 'edit') crumbs.push({ key: 'edit', href: `${href}/edit` })
  if (run) crumbs.push({ name: `#${run}`, href: `${href}/executions/${run}` })
  return crumbs
}

function registryCrumbs([page, walk]: string[]): CrumbSpec[] {
  if (!page) return []
  const crumbs: CrumbSpec[] = [{ key: page, href: `/registry/${page}` }]
  return walk ? [...crumbs, { name: `#${walk}`, href: `/registry/${page}/${walk}` }] : crumbs
}

function projectCrumbs([project, section, ...rest]: string[]): CrumbSpec[] {
  const crumbs: CrumbSpec[] = [{ key: 'projects', href: '/projects' }]
  if (!project) return crumbs
  const base = `/projects/${project}`
  crumbs.push({ name: decode(project), href: base })
  if (section === 'robots') crumbs.push(...robotCrumbs(`${base}/robots`, rest))
  else if (section && tabs.includes(section)) crumbs.push({ key: section, href: `${base}/${section}` })
  if (section === 'members' && rest[0]) crumbs.push({ key: 'newMember', href: `${base}/members/${rest[0]}` })
  if (section === 'webhooks') {
    const href = `${base}/webhooks`
    const [webhook] = rest
    crumbs.push({ key: 'webhooks', href })
    if (webhook === 'new') crumbs.push({ key: 'newWebhook', href: `${href}/new` })
    else if (webhook) crumbs.push({ name: `#${webhook}`, href: `${href}/${webhook}` })
  }
  if (section === 'policies') {
    const policies = `${base}/policies/immutable-rules`
    crumbs.push({ key: 'policies', href: policies })
    const rule = rest[1]
    if (rule) crumbs.push({ key: rule === 'new' ? 'newRule' : 'rule', href: `${policies}/${rule}` })
  }
  const place = section === 'repositories' || section === 'artifacts' ? placeOf(project, rest) : null
  if (place) {
    const { repository, reference } = place
    crumbs.push({ name: repository, href: repositoryPath(place.project, repository) })
    if (reference) {
      const href = artifactPath(place.project, repository, reference.value)
      crumbs.push({ name: shortenDigest(reference.value), href })
    }
  }
  return crumbs
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
