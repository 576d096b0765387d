import type { Core } from '../context/index.ts'
import type { Configuration, ConfigurationValue } from './kinds.ts'
import { type ConfigurationKey, configurationKeys, configurations, propertyOf } from './model.ts'

type Values = Partial<Record<ConfigurationKey, ConfigurationValue>>

const isSecret = (key: ConfigurationKey): boolean => (configurations[key] as Configuration).secret === true
const opened = (core: Core, key: ConfigurationKey, stored: ConfigurationValue): ConfigurationValue =>
  isSecret(key) && stored !== '' ? core.secrets.decrypt('configurations', stored as string) : stored
const closed = (core: Core, key: ConfigurationKey, value: ConfigurationValue): ConfigurationValue =>
  isSecret(key) && value !== '' ? core.secrets.encrypt('configurations', value as string) : value

/** What has been set, of these keys; secrets as plain text. */
export async function readConfigurations(
  core: Core,
  keys: readonly ConfigurationKey[] = configurationKeys,
): Promise<Values> {
  const rows = await core.db.prisma.systemProperty.findMany({
    where: { name: { in: keys.map(propertyOf) } },
  })
  const values = new Map(rows.map(({ name, value }) => [name, value as ConfigurationValue]))
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = values.get(propertyOf(key))
      return value === undefined ? [] : [[key, opened(core, key, value)]]
    }),
  )
}

/** One setting as it holds now, asked of the database. */
export async function readConfiguration<K extends ConfigurationKey>(
  core: Core,
  key: K,
): Promise<(typeof configurations)[K]['fallback']> {
  const set = await readConfigurations(core, [key])
  return (set[key] ?? configurations[key].fallback) as (typeof configurations)[K]['fallback']
}

export async function writeConfigurations(core: Core, values: Values): Promise<void> {
  await core.db.transaction(async (tx) => {
    // In one order, so that two writers wait for each other instead of deadlocking.
    for (const key of Object.keys(values).sort() as ConfigurationKey[]) {
      const name = propertyOf(key)
      const value = closed(core, key, values[key]!)
      await tx.systemProperty.createMany({ data: [{ name, value }], skipDuplicates: true })
      await tx.systemProperty.updateMany({ where: { name }, data: { value } })
    }
  })
}

/** Whatever the case, as names of people compare. `prefix` is ASCII. */
export async function someUsernameBeginsWith(core: Core, prefix: string): Promise<boolean> {
  const key = prefix.toLowerCase()
  const sql = 'SELECT id FROM users WHERE LEFT(username_key, ?) = ? LIMIT 1'
  return (await core.db.query(sql, [key.length, key])).length > 0
}
