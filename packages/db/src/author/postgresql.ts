import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PrismaPg } from '@prisma/adapter-pg'
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils'
import pg from 'pg'
import { readMigrations } from '../migrate/index.ts'
import { postgresConfig } from '../sql.ts'

const prismaFolder = join(import.meta.dirname, '../../../../prisma')

/** The schema as the engine takes it: the datasource and every model file. */
export async function schemaFiles() {
  const folder = join(prismaFolder, 'postgresql')
  const models = (await readdir(join(prismaFolder, 'models')))
    .filter((name) => name.endsWith('.prisma'))
    .sort()
  const paths = ['schema.prisma', ...models.map((name) => `models/${name}`)]
  return Promise.all(
    paths.map(async (path) => ({ path, content: await readFile(join(folder, path), 'utf8') })),
  )
}

/** A database of its own for the engine's shadow, dropped afterwards; `url`'s own database is never touched. */
async function shadowDatabase(url: string) {
  const name = `berth_shadow_${process.pid}_${Date.now()}`
  const admin = new pg.Client(postgresConfig(url))
  await admin.connect()
  await admin.query(`CREATE DATABASE ${name}`)
  const shadow = new URL(url)
  shadow.pathname = `/${name}`
  return {
    url: shadow.href,
    async drop() {
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
      await admin.end()
    },
  }
}

/** adapter-pg with three repairs that the schema engine needs: type "char", whole scripts, a shadow of its own. */
function adapterFactory(url: string): SqlMigrationAwareDriverAdapterFactory {
  const open = async (target: string, drop?: () => Promise<void>) => {
    const pool = new pg.Pool({ ...postgresConfig(target), max: 2 })
    pool.on('error', () => {})
    const adapter = await new PrismaPg(pool).connect()
    const queryRaw = adapter.queryRaw.bind(adapter)
    adapter.queryRaw = async (query) => {
      try {
        return await queryRaw(query)
      } catch (error) {
        // adapter-pg knows no type "char" (OID 18), which pg_catalog is full of.
        if (!String((error as Error).message).match(/type|deserial/i)) throw error
        const result = await pool.query({
          text: query.sql,
          values: query.args as unknown[],
          rowMode: 'array',
        })
        return {
          columnNames: result.fields.map((field) => field.name),
          columnTypes: result.fields.map((field) => columnTypes.get(field.dataTypeID) ?? ColumnTypeEnum.Text),
          rows: result.rows as unknown[][],
        }
      }
    }
    adapter.executeScript = async (script) => void (await pool.query(script))
    adapter.dispose = async () => {
      await pool.end()
      await drop?.()
    }
    return adapter
  }
  return {
    provider: 'postgres',
    adapterName: 'berth-author',
    connect: () => open(url),
    async connectToShadowDb() {
      const shadow = await shadowDatabase(url)
      return open(shadow.url, shadow.drop)
    },
  }
}

const columnTypes = new Map<number, (typeof ColumnTypeEnum)[keyof typeof ColumnTypeEnum]>([
  [16, ColumnTypeEnum.Boolean],
  [18, ColumnTypeEnum.Character],
  [20, ColumnTypeEnum.Int64],
  [21, ColumnTypeEnum.Int32],
  [23, ColumnTypeEnum.Int32],
  [26, ColumnTypeEnum.Int64],
  [1005, ColumnTypeEnum.Int32Array],
  [1009, ColumnTypeEnum.TextArray],
])

// Node has it; its type stands in the DOM library only.
declare const WebAssembly: {
  instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: Record<string, unknown> } }>
}

/** The WASM schema engine over `url`; no engine binary is downloaded. */
async function openEngine(url: string) {
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: {
      set_message(message: string) {
        throw new Error(message)
      },
    },
  })
  const folder = dirname(fileURLToPath(import.meta.resolve('@prisma/schema-engine-wasm')))
  const bindings = await import(join(folder, 'schema_engine_bg.js'))
  const wasm = await WebAssembly.instantiate(await readFile(join(folder, 'schema_engine_bg.wasm')), {
    './schema_engine_bg.js': bindings,
  })
  bindings.__wbg_set_wasm(wasm.instance.exports)
  ;(wasm.instance.exports.__wbindgen_start as (() => void) | undefined)?.()
  const files = await schemaFiles()
  return bindings.SchemaEngine.new(
    { datamodels: files.map((file) => [file.path, file.content]) },
    () => {},
    bindMigrationAwareSqlAdapterFactory(adapterFactory(url)),
  )
}

/** SQL that leads from the committed migrations to the models; empty when they agree. `url`: a server where a shadow database may be made. */
export async function postgresqlDrift(url: string): Promise<string> {
  const engine = await openEngine(url)
  const migrations = await readMigrations('postgresql')
  const baseDir = join(prismaFolder, 'postgresql/migrations')
  const result = await engine.diff({
    from: {
      tag: 'migrations',
      baseDir,
      lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
      shadowDbInitScript: '',
      migrationDirectories: migrations.map(({ name, sql }) => ({
        path: name,
        migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
      })),
    },
    to: { tag: 'schemaDatamodel', files: await schemaFiles() },
    script: true,
    shadowDatabaseUrl: null,
    exitCode: true,
    filters: { externalTables: [], externalEnums: [] },
  })
  const sql = String(result.stdout ?? '').trim()
  return sql === '-- This is an empty migration.' ? '' : sql
}
