import { badRequest, DomainError } from '../errors/index.ts'

const MAX_VALUE_LENGTH = 255

const truth = (value: string) => {
  const word = value.toLowerCase()
  if (['true', '1'].includes(word)) return 'true'
  if (['false', '0'].includes(word)) return 'false'
  return undefined
}
const severities = ['none', 'unknown', 'negligible', 'low', 'medium', 'high', 'critical']
const severity = (value: string) =>
  severities.includes(value.toLowerCase()) ? value.toLowerCase() : undefined
const wholeNumber = (value: string) => (/^(-1|\d{1,15})$/.test(value) ? value : undefined)
const text = (value: string) => (/^[^\p{Cc}]*$/u.test(value) ? value : undefined)

/** Harbor's settings of a project and our own `read_only`, each with what brings a value into its one form; undefined refuses it. */
const settings: Record<string, (value: string) => string | undefined> = {
  public: truth,
  read_only: truth,
  enable_content_trust: truth,
  enable_content_trust_cosign: truth,
  prevent_vul: truth,
  severity,
  auto_scan: truth,
  auto_sbom_generation: truth,
  reuse_sys_cve_allowlist: truth,
  proxy_speed_kb: wholeNumber,
  max_upstream_conn: wholeNumber,
  proxy_cache_local_on_not_found: truth,
  proxy_referrer_api: truth,
  proxy_cache_filter_pattern: text,
  proxy_cache_filter_kind: text,
}

/** A setting's value in its one form. @throws DomainError BAD_REQUEST for an unknown setting or a value it cannot have */
export function parseSetting(name: string, value: unknown): string {
  // It names a row of another feature: a project must not reach another project's retention policy through it.
  if (name === 'retention_id') throw badRequest('retention_id cannot be set here')
  const parse = Object.hasOwn(settings, name) ? settings[name] : undefined
  if (!parse) throw badRequest(`there is no project setting ${JSON.stringify(name.slice(0, 64))}`)
  const parsed = typeof value === 'string' && value.length <= MAX_VALUE_LENGTH ? parse(value) : undefined
  if (parsed === undefined) throw badRequest(`the value of ${name} is not valid`)
  return parsed
}

/** Several settings at once; `public` is taken out, because it is a column of the project. Null fields are absent. */
export function parseSettings(input: Record<string, string | null | undefined>): {
  public?: boolean
  metadata: Record<string, string>
} {
  const metadata: Record<string, string> = {}
  let isPublic: boolean | undefined
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined || value === null) continue
    const parsed = parseSetting(name, value)
    if (name === 'public') isPublic = parsed === 'true'
    else metadata[name] = parsed
  }
  return { public: isPublic, metadata }
}

/** Exactly one setting, as the two writing operations want it. @throws DomainError BAD_REQUEST */
export function parseOneSetting(input: Record<string, string>): { name: string; value: string } {
  const entries = Object.entries(input)
  if (entries.length !== 1) throw new DomainError('BAD_REQUEST', 'give exactly one setting')
  const [name, value] = entries[0]!
  return { name, value: parseSetting(name, value) }
}
