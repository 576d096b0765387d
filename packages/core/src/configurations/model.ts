import { parseAllowedHosts, parseHostPort, writeHostPort } from '../addresses/index.ts'
import { auditEventTypes } from '../audit/index.ts'
import { badRequest } from '../errors/index.ts'
import { isStorageLimit, UNLIMITED } from '../quotas/index.ts'
import {
  type Configuration,
  type ConfigurationValue,
  choice,
  fixed,
  switchable,
  text,
  wholeNumber,
} from './kinds.ts'
import { ldapConfigurations } from './ldap.ts'
import { mailConfigurations } from './mail.ts'
import { oidcConfigurations } from './oidc.ts'

/** Bytes that a new project may hold; -1 for no limit. */
const storageLimit: Configuration<number> = {
  fallback: UNLIMITED,
  editable: true,
  parse: (value) => (isStorageLimit(value) ? value : undefined),
}

/** Printable ASCII that basic authentication and shells can carry; `+` stands between project and name. */
const robotPrefix: Configuration<string> = {
  fallback: 'robot$',
  editable: true,
  parse: (value) =>
    typeof value === 'string' && /^[A-Za-z0-9._$@~!#%^=-]{1,32}$/.test(value) ? value : undefined,
}

/** Days, or -1 for ever. */
const robotDuration: Configuration<number> = {
  fallback: 30,
  editable: true,
  parse: (value) =>
    Number.isInteger(value) && (value === -1 || ((value as number) >= 1 && (value as number) <= 36_500))
      ? (value as number)
      : undefined,
}

/** Names, addresses and ranges that are not public and may be reached all the same, with commas between them. */
const allowedHosts: Configuration<string> = {
  fallback: '',
  editable: true,
  parse: (value) => (typeof value === 'string' && parseAllowedHosts(value) ? value : undefined),
}

const leavesTraces = 'update_configuration'

/** Types of lines, with commas between them; who sets this cannot leave out that it was set. */
const eventTypes = text(4_096, '', (value) => {
  const types = [...new Set(value.split(',').map((type) => type.trim()))].filter((type) => type !== '')
  const known = new Set(auditEventTypes())
  return types.every((type) => known.has(type) && type !== leavesTraces) ? types.sort().join(',') : undefined
})

const syslogEndpoint: Configuration<string> = text(512, '', (value) => {
  if (value.trim() === '') return ''
  const found = parseHostPort(value)
  return found && writeHostPort(found)
})

/** Every product setting there is. */
export const configurations = {
  ...ldapConfigurations,
  ...mailConfigurations,
  ...oidcConfigurations,
  /** host:port of a syslog receiver; `core/audit-destinations` makes a destination of it. */
  audit_log_forward_endpoint: syslogEndpoint,
  /** How long lines of the log wait for a receiver at most before a purge no longer spares them. */
  audit_log_spool_hours: wholeNumber(168, 1, 8_760),
  /** And how many. */
  audit_log_spool_lines: wholeNumber(1_000_000, 1_000, 100_000_000),
  auth_mode: choice(['db_auth', 'ldap_auth', 'oidc_auth']),
  disabled_audit_log_event_types: eventTypes,
  outbound_allowed_hosts: allowedHosts,
  primary_auth_mode: switchable(false),
  project_creation_restriction: choice(['everyone', 'adminonly']),
  pull_audit_log_disable: switchable(false),
  quota_per_project_enable: fixed(true),
  read_only: switchable(false),
  robot_name_prefix: robotPrefix,
  robot_token_duration: robotDuration,
  /** Only while new people come from here. */
  self_registration: switchable(false),
  /** Minutes without a request after which a session ends. */
  session_timeout: wholeNumber(60, 1, 43_200),
  skip_audit_log_database: fixed(
    false,
    'the log is always kept in the database: what is forwarded is a copy',
  ),
  /** Days that counts of repositories and projects are kept. */
  statistics_retention_days: wholeNumber(1_095, 400, 36_500),
  /** Days that counts of single tags are kept. */
  statistics_tag_retention_days: wholeNumber(90, 90, 36_500),
  storage_per_project: storageLimit,
  /** Minutes. What a registry that clients reach directly has accepted cannot be taken back sooner. */
  token_expiration: wholeNumber(30, 1, 10_080),
  webhook_disable_after: wholeNumber(10, 0, 1_000),
  webhook_max_attempts: wholeNumber(8, 1, 20),
  webhook_retention_days: wholeNumber(30, 1, 3_650),
  webhook_timeout_seconds: wholeNumber(10, 1, 30),
} satisfies Record<string, Configuration>

/**
 * Settings of Harbor that Berth does not have, as Harbor has them while nobody sets them. They are not answered; sent like
 * this they change nothing, so that clients with a whole configuration in their hands are not refused for it.
 */
const absent: Readonly<Record<string, ConfigurationValue>> = {
  banner_message: '',
  http_authproxy_admin_groups: '',
  http_authproxy_admin_usernames: '',
  http_authproxy_endpoint: '',
  http_authproxy_server_certificate: '',
  http_authproxy_skip_search: false,
  http_authproxy_tokenreview_endpoint: '',
  http_authproxy_verify_cert: true,
  notification_enable: true,
  scanner_skip_update_pulltime: false,
  uaa_client_id: '',
  uaa_client_secret: '',
  uaa_endpoint: '',
  uaa_verify_cert: false,
}

export type ConfigurationKey = keyof typeof configurations
export const configurationKeys = Object.keys(configurations) as ConfigurationKey[]

/**
 * What an administrator's tokens may set: it holds work up or says how long things are kept. All else needs the person,
 * because it can say who comes in, how long they stay, whom Berth reaches or what the log leaves out.
 */
const forTools: ReadonlySet<ConfigurationKey> = new Set<ConfigurationKey>([
  'project_creation_restriction',
  'read_only',
  'robot_token_duration',
  'statistics_retention_days',
  'statistics_tag_retention_days',
  'storage_per_project',
  'webhook_disable_after',
  'webhook_max_attempts',
  'webhook_retention_days',
  'webhook_timeout_seconds',
])
export const needsPerson = (key: ConfigurationKey): boolean => !forTools.has(key)

/** The row of `system_properties` that holds a setting. */
export const propertyOf = (key: ConfigurationKey): string => `configuration.${key}`

/**
 * The settings to write. Null and absent fields stay; a fixed one may be sent with the value it has, and one that Berth
 * does not have with Harbor's, as clients do that send back what they read.
 *
 * @throws DomainError BAD_REQUEST
 */
export function parseConfigurations(
  input: Record<string, unknown>,
): Partial<Record<ConfigurationKey, ConfigurationValue>> {
  const changes: Partial<Record<ConfigurationKey, ConfigurationValue>> = {}
  for (const [key, value] of Object.entries(input)) {
    if (value === undefined || value === null) continue
    if (Object.hasOwn(absent, key)) {
      if (value !== absent[key])
        throw badRequest(`${key} cannot be changed: Berth does not have this setting`)
      continue
    }
    if (!Object.hasOwn(configurations, key)) throw badRequest(`${key.slice(0, 64)} cannot be set here`)
    const known = key as ConfigurationKey
    const { editable, fallback, parse, reason }: Configuration = configurations[known]
    if (!editable) {
      if (value !== fallback) throw badRequest(`${key} cannot be changed${reason ? `: ${reason}` : ''}`)
      continue
    }
    const parsed = parse(value)
    if (parsed === undefined) throw badRequest(`the value of ${key} is not valid`)
    changes[known] = parsed
  }
  return changes
}
