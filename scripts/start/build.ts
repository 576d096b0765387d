import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { takeLock } from './lock.ts'

const run = promisify(execFile)
export const root = join(import.meta.dirname, '..', '..')

const skipped = new Set(['node_modules', '.next', 'generated', 'coverage', 'test-results'])

/** SHA-256 over names and contents of all files below the paths, tests aside; the same on every machine. */
export function sourcesHash(base: string, paths: string[]): string {
  const hash = createHash('sha256')
  const visit = (path: string) => {
    const full = join(base, path)
    if (!existsSync(full)) return
    const entries = readdirSync(full, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const entry of entries) {
      const child = `${path}/${entry.name}`
      if (entry.isDirectory()) {
        if (!skipped.has(entry.name)) visit(child)
      } else if (entry.isFile() && !/\.test\.tsx?$|\.md$|^next-env\.d\.ts$|\.tsbuildinfo$/.test(entry.name)) {
        hash.update(`${child}\0`)
        hash.update(readFileSync(join(base, child)))
      }
    }
  }
  for (const path of paths) visit(path)
  return hash.digest('hex')
}

/** Runs `make` unless its stamp holds the hash of the sources already; one process per clone at a time. */
async function once(what: string, hash: string, stampPath: string, make: () => Promise<void>): Promise<void> {
  const fresh = () => existsSync(stampPath) && readFileSync(stampPath, 'utf8') === hash
  if (fresh()) return
  const lock = await takeLock(`${what} in ${root}`, {
    waitMs: 300_000,
    onWait: () => console.log(`  waiting for another process that works on ${what}`),
  })
  try {
    if (fresh()) return
    const begin = Date.now()
    console.log(`  ${what} …`)
    await make()
    writeFileSync(stampPath, hash)
    console.log(`  ${what}: ${((Date.now() - begin) / 1000).toFixed(1)} s`)
  } finally {
    lock.release()
  }
}

const lockfile = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'pnpm-lock.yaml')))
    .digest('hex')

/** The two database clients, made from the models. */
export async function generateClients(signal?: AbortSignal): Promise<void> {
  const hash = `${sourcesHash(root, ['prisma/models', 'prisma/postgresql', 'prisma/mysql'])} ${lockfile()}`
  const generated = join(root, 'packages/db/src/generated')
  mkdirSync(generated, { recursive: true })
  await once('database clients', hash, join(generated, '.stamp'), async () => {
    const generate = (provider: string) =>
      run(join(root, 'node_modules/.bin/prisma'), ['generate'], {
        cwd: root,
        signal,
        env: {
          ...process.env,
          DB_PROVIDER: provider,
          // Nothing may be downloaded, and the client needs no engine.
          PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true',
          CHECKPOINT_DISABLE: '1',
          PRISMA_HIDE_UPDATE_MESSAGE: '1',
        },
      })
    await Promise.all([generate('postgresql'), generate('mysql')])
  })
}

/** The console. Its stamp lies inside the output, so that it cannot outlive it. */
export async function buildConsole(signal?: AbortSignal): Promise<void> {
  const rooms = [
    'apps/web',
    'packages/ui',
    'packages/contract',
    'packages/api',
    'packages/core',
    'packages/db',
  ]
  const hash = `${sourcesHash(root, [...rooms, 'packages/registry-client', 'prisma'])} ${lockfile()}`
  const web = join(root, 'apps/web')
  await once('building the console', hash, join(web, '.next', 'berth-sources'), async () => {
    const { scripts } = JSON.parse(readFileSync(join(web, 'package.json'), 'utf8')) as {
      scripts?: { build?: string }
    }
    try {
      await run('sh', ['-c', scripts?.build ?? 'next build'], {
        cwd: web,
        signal,
        maxBuffer: 64 * 1024 * 1024,
        env: {
          ...process.env,
          PATH: `${join(web, 'node_modules/.bin')}:${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
          NODE_ENV: 'production',
          NEXT_TELEMETRY_DISABLED: '1',
        },
      })
    } catch (error) {
      if (signal?.aborted) throw error
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
      throw new Error(`the console does not build:\n${stdout}${stderr}`.slice(0, 6_000))
    }
  })
}
