import { type Actor, authorizeInPerson, authorizeSystem } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import {
  hastenLooks,
  isOfDirectory,
  readDirectoryConfiguration,
  requireWorkable,
} from '../directories/index.ts'
import { badRequest } from '../errors/index.ts'
import type { Configuration, ConfigurationValue } from './kinds.ts'
import {
  type ConfigurationKey,
  configurationKeys,
  configurations,
  needsPerson,
  parseConfigurations,
} from './model.ts'
import {
  readConfiguration,
  readConfigurations,
  someUsernameBeginsWith,
  writeConfigurations,
} from './store.ts'
import { mayGo, type Way } from './stored-secrets.ts'

export type ConfigurationItems = Record<ConfigurationKey, { value: ConfigurationValue; editable: boolean }>

/** Secrets are not among them. @throws DomainError UNAUTHORIZED, FORBIDDEN */
export async function getConfigurations(core: Core, actor: Actor): Promise<ConfigurationItems> {
  authorizeSystem(actor, 'read', 'configuration')
  const shown = configurationKeys.filter((key) => !(configurations[key] as Configuration).secret)
  const set = await readConfigurations(core, shown)
  return Object.fromEntries(
    shown.map((key) => {
      const { fallback, editable } = configurations[key]
      return [key, { value: editable ? (set[key] ?? fallback) : fallback, editable }]
    }),
  ) as ConfigurationItems
}

/** All of the changes or none. @throws DomainError UNAUTHORIZED, FORBIDDEN, BAD_REQUEST */
export async function updateConfigurations(
  core: Core,
  actor: Actor,
  input: Record<string, unknown>,
): Promise<void> {
  authorizeSystem(actor, 'update', 'configuration')
  const changes = parseConfigurations(input)
  if ((Object.keys(changes) as ConfigurationKey[]).some(needsPerson)) authorizeInPerson(actor)
  const prefix = changes.robot_name_prefix as string | undefined
  // They could not sign in any more: such names are robots' from now on.
  if (prefix !== undefined && (await someUsernameBeginsWith(core, prefix)))
    throw badRequest('the name of a person begins with this prefix')
  const ofDirectory = Object.keys(changes).some(isOfDirectory)
  if (ofDirectory) requireWorkable(await readDirectoryConfiguration(core), changes)
  await requireSameProvider(core, changes)
  await requireSameMailServer(core, changes)
  await writeConfigurations(core, changes, actor)
  current(core).clear()
  made(core).clear()
  if (ofDirectory) await hastenLooks(core)
}

type Changes = Partial<Record<ConfigurationKey, ConfigurationValue>>

/** @throws DomainError BAD_REQUEST */
async function requireSameProvider(core: Core, changes: Changes): Promise<void> {
  const keys = ['oidc_endpoint', 'oidc_verify_cert', 'oidc_ca'] as const
  const stored = await storedWithout(core, changes, keys, 'oidc_client_secret')
  const way = (of: Values<(typeof keys)[number]>): Way => ({
    servers: of.oidc_endpoint === '' ? [] : [of.oidc_endpoint],
    protections: { verified: of.oidc_verify_cert },
    authorities: of.oidc_ca,
  })
  if (stored && !mayGo(way(stored), way({ ...stored, ...changes } as typeof stored)))
    throw badRequest(
      'oidc_endpoint names a new provider, or its certificate is not checked as it was; give oidc_client_secret again, which is to be sent to it',
    )
}

/** @throws DomainError BAD_REQUEST */
async function requireSameMailServer(core: Core, changes: Changes): Promise<void> {
  const keys = ['smtp_host', 'smtp_port', 'smtp_security', 'smtp_verify_cert', 'smtp_ca'] as const
  const stored = await storedWithout(core, changes, keys, 'smtp_password')
  const way = (of: Values<(typeof keys)[number]>): Way => ({
    servers: of.smtp_host === '' ? [] : [`${of.smtp_host.toLowerCase()}:${of.smtp_port}`],
    protections: { encrypted: of.smtp_security !== 'none', verified: of.smtp_verify_cert },
    authorities: of.smtp_ca,
  })
  if (stored && !mayGo(way(stored), way({ ...stored, ...changes } as typeof stored)))
    throw badRequest(
      'smtp_host, its port or smtp_ca changes, or its protection gets worse; give smtp_password again, which is to be sent to it',
    )
}

/** What is stored under these keys; undefined where none of them changes, or no secret is stored, or it is given again. */
async function storedWithout<K extends ConfigurationKey>(
  core: Core,
  changes: Changes,
  keys: readonly K[],
  secret: ConfigurationKey,
): Promise<Values<K> | undefined> {
  if (changes[secret] !== undefined || !keys.some((key) => changes[key] !== undefined)) return undefined
  const stored = await readSettings(core, [...keys, secret])
  return stored[secret] === '' ? undefined : stored
}

const CURRENT_TTL_MS = 3_000
const current = (core: Core) => core.cache<ConfigurationValue>('configurations.current', CURRENT_TTL_MS, 100)

/** One setting that is asked for often: at most three seconds old. */
export async function currentSetting<K extends ConfigurationKey>(core: Core, key: K): Promise<Values<K>[K]> {
  return (await current(core).get(key, () => readConfiguration(core, key))) as Values<K>[K]
}

const made = (core: Core) => core.cache<unknown>('configurations.made', CURRENT_TTL_MS, 100)

/** What a feature makes of several settings: new at once where one was changed, after three seconds on other nodes. */
export const madeOfSettings = async <V>(core: Core, key: string, make: () => Promise<V>): Promise<V> =>
  (await made(core).get(key, make)) as V

/** What stands before the names of all robots. */
export const robotNamePrefix = (core: Core): Promise<string> => currentSetting(core, 'robot_name_prefix')

type Values<K extends ConfigurationKey> = { [Key in K]: (typeof configurations)[Key]['fallback'] }

/** Some settings as they hold now, secrets as plain text: for the feature that they belong to, never for an answer. */
export async function readSettings<K extends ConfigurationKey>(
  core: Core,
  keys: readonly K[],
): Promise<Values<K>> {
  const set = await readConfigurations(core, keys)
  return Object.fromEntries(keys.map((key) => [key, set[key] ?? configurations[key].fallback])) as Values<K>
}
