import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import internals from '@prisma/internals'

const prismaFolder = join(import.meta.dirname, '../../../../prisma')

interface Field {
  name: string
  dbName?: string | null
  kind: string
  type: string
  isRequired: boolean
  isUnique: boolean
  isId: boolean
  hasDefaultValue: boolean
  default?: unknown
  nativeType?: [string, string[]] | null
  relationFromFields?: readonly string[]
  relationToFields?: readonly string[]
  relationOnDelete?: string
  isUpdatedAt?: boolean
}
interface Model {
  name: string
  dbName: string | null
  fields: Field[]
}
interface Index {
  model: string
  type: 'id' | 'normal' | 'unique' | 'fulltext'
  isDefinedOnField: boolean
  name?: string
  dbName?: string
  fields: { name: string }[]
}

const types: Record<string, string> = {
  String: 'VARCHAR(191)',
  Boolean: 'BOOLEAN',
  Int: 'INTEGER',
  BigInt: 'BIGINT',
  Float: 'DOUBLE',
  DateTime: 'DATETIME(3)',
  Json: 'JSON',
  Bytes: 'LONGBLOB',
}

function columnType(field: Field): string {
  const [native, args = []] = field.nativeType ?? []
  if (native) return args.length ? `${native.toUpperCase()}(${args.join(',')})` : native.toUpperCase()
  const type = types[field.type]
  if (!type) throw new Error(`no MySQL type for ${field.type} (${field.name})`)
  return type
}

function defaultClause(field: Field): string {
  if (!field.hasDefaultValue) return ''
  const value = field.default as { name?: string } | string | number | boolean
  if (typeof value === 'object' && value.name === 'autoincrement') return ' AUTO_INCREMENT'
  if (typeof value === 'object' && value.name === 'now') return ' DEFAULT CURRENT_TIMESTAMP(3)'
  if (typeof value === 'object') return '' // uuid() and the like are made by the client
  // MySQL takes no literal default for TEXT; the client always sends the value.
  if (field.nativeType?.[0] === 'Text') return ''
  return ` DEFAULT ${typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : value}`
}

const column = (field: Field) => field.dbName ?? field.name
const list = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ')
const actions: Record<string, string> = {
  Cascade: 'CASCADE',
  Restrict: 'RESTRICT',
  SetNull: 'SET NULL',
  NoAction: 'NO ACTION',
}

/**
 * The whole MySQL schema that the models describe, as SQL. The schema engine speaks no MySQL without a
 * downloaded binary, so the statements come from Prisma's own reading of the models (DMMF).
 * Every table is utf8mb4_bin: names, tags and digests compare by their bytes, as on Postgres.
 */
export async function mysqlSchema(): Promise<string> {
  const folder = join(prismaFolder, 'mysql')
  const names = (await readdir(join(prismaFolder, 'models')))
    .filter((name) => name.endsWith('.prisma'))
    .sort()
  const files = await Promise.all(
    ['schema.prisma', ...names.map((name) => `models/${name}`)].map(
      async (path): Promise<[string, string]> => [path, await readFile(join(folder, path), 'utf8')],
    ),
  )
  const { datamodel } = await internals.getDMMF({ datamodel: files })
  const models = datamodel.models as unknown as Model[]
  const indexes = datamodel.indexes as unknown as Index[]
  return [
    ...models.map((model) => createTable(model, indexes)),
    ...models.flatMap((model) => foreignKeys(model, models)),
  ].join('\n\n')
}

function createTable(model: Model, indexes: Index[]): string {
  const table = model.dbName ?? model.name
  const byName = new Map(model.fields.map((field) => [field.name, column(field)]))
  const columns = model.fields
    .filter((field) => field.kind === 'scalar')
    .map(
      (field) =>
        `  \`${column(field)}\` ${columnType(field)}${field.isRequired ? ' NOT NULL' : ' NULL'}${defaultClause(field)}`,
    )
  const keys = indexes
    .filter((index) => index.model === model.name)
    .map((index) => {
      const fields = index.fields.map((field) => byName.get(field.name) ?? field.name)
      const name = index.dbName ?? `${table}_${fields.join('_')}_${index.type === 'unique' ? 'key' : 'idx'}`
      if (index.type === 'id') return `  PRIMARY KEY (${list(fields)})`
      return `  ${index.type === 'unique' ? 'UNIQUE INDEX' : 'INDEX'} \`${name}\` (${list(fields)})`
    })
  return `CREATE TABLE \`${table}\` (\n${[...columns, ...keys].join(',\n')}\n) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;`
}

function foreignKeys(model: Model, models: Model[]): string[] {
  const table = model.dbName ?? model.name
  return model.fields
    .filter((field) => field.kind === 'object' && field.relationFromFields?.length)
    .map((field) => {
      const target = models.find((candidate) => candidate.name === field.type)!
      const from = field.relationFromFields!.map((name) => column(model.fields.find((f) => f.name === name)!))
      const to = field.relationToFields!.map((name) => column(target.fields.find((f) => f.name === name)!))
      const onDelete = actions[field.relationOnDelete ?? (field.isRequired ? 'Restrict' : 'SetNull')]
      return `ALTER TABLE \`${table}\` ADD CONSTRAINT \`${table}_${from.join('_')}_fkey\` FOREIGN KEY (${list(from)}) REFERENCES \`${target.dbName ?? target.name}\` (${list(to)}) ON DELETE ${onDelete} ON UPDATE CASCADE;`
    })
}
