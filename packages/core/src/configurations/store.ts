import type { Core } from '../context/index.ts'
import {
  type ConfigurationKey,
  type ConfigurationValue,
  configurationKeys,
  configurations,
  propertyOf,
} from './model.ts'

type Values = Partial<Record<ConfigurationKey, ConfigurationValue>>

/** What has been set. */
export async function readConfigurations(core: Core): Promise<Values> {
  const rows = await core.db.prisma.systemProperty.findMany({
    where: { name: { in: configurationKeys.map(propertyOf) } },
  })
  const values = new Map(rows.map(({ name, value }) => [name, value as ConfigurationValue]))
  return Object.fromEntries(
    configurationKeys.flatMap((key) => {
      const value = values.get(propertyOf(key))
      return value === undefined ? [] : [[key, value]]
    }),
  )
}

/** One setting as it holds now, asked of the database. */
export async function readConfiguration<K extends ConfigurationKey>(
  core: Core,
  key: K,
): Promise<(typeof configurations)[K]['fallback']> {
  const row = await core.db.prisma.systemProperty.findUnique({ where: { name: propertyOf(key) } })
  return (row?.value ?? configurations[key].fallback) as (typeof configurations)[K]['fallback']
}

export async function writeConfigurations(core: Core, values: Values): Promise<void> {
  await core.db.transaction(async (tx) => {
    // In one order, so that two writers wait for each other instead of deadlocking.
    for (const key of Object.keys(values).sort() as ConfigurationKey[]) {
      const name = propertyOf(key)
      const value = values[key]!
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
