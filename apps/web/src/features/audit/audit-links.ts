import { basePath } from '@berth/contract'

/** Where the lines of a project, or with null all, are exported or followed, narrowed by `q`. */
export function auditLink(
  project: string | null,
  what: 'export' | 'stream',
  parameters: Record<string, string | undefined>,
): string {
  const place = project === null ? '' : `/projects/${encodeURIComponent(project)}`
  const given = Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined)
  const query = given.length > 0 ? `?${new URLSearchParams(given)}` : ''
  return `${basePath}${place}/auditlog-exts/${what}${query}`
}
