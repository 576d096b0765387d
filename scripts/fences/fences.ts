import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

// The linter sees one import at a time and only its text; what a relative path leads to, it does not know.

const all = ['api', 'contract', 'core', 'db', 'ldap-client', 'registry-client', 'servers', 'testing', 'ui']

/** What each room may import of ours by its package's name. Tests may import anything but an app. */
const rooms: Record<string, { may: readonly string[]; inOneFile?: Record<string, string> }> = {
  'packages/contract': { may: [] },
  'packages/registry-client': { may: [] },
  'packages/ldap-client': { may: [] },
  'packages/ui': { may: [] },
  'packages/servers': { may: [] },
  'packages/db': { may: [] },
  'packages/testing': { may: ['core', 'db', 'registry-client', 'servers'] },
  'packages/core': { may: ['db', 'registry-client', 'ldap-client'] },
  'packages/api': { may: ['contract', 'core'] },
  'apps/web': {
    may: ['contract', 'ui', 'api', 'core'],
    inOneFile: { api: 'apps/web/src/server/api.ts', core: 'apps/web/src/server/core.ts' },
  },
  'apps/gateway': {
    may: ['core', 'registry-client', 'api'],
    inOneFile: { api: 'apps/gateway/src/api-mount.ts' },
  },
  'apps/jobs': { may: ['core', 'registry-client'] },
  e2e: { may: ['contract', 'testing'] },
  bench: { may: ['contract', 'servers', 'testing'] },
  // The two commands put everything together.
  scripts: { may: all },
}

/** What `npm run bench` and `npm run conformance` begin with. */
const doors = new Set(['bench/src/main.ts', 'e2e/conformance/main.ts'])

const folders = ['apps', 'packages', 'e2e', 'bench', 'scripts']
const notOurs = new Set(['node_modules', 'generated', '.next', 'build'])
const imports =
  /^(?:import|export)\s[^'";]*?\bfrom\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm

/** Every fence that is broken below `root`, as `file: import: why`. */
export function brokenFences(root: string): string[] {
  return folders.flatMap((folder) =>
    sourceFiles(root, folder).flatMap((file) => brokenIn(file, readFileSync(join(root, file), 'utf8'))),
  )
}

function sourceFiles(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return notOurs.has(entry.name) ? [] : sourceFiles(root, path)
    return /\.(ts|tsx|mts|mjs)$/.test(entry.name) ? [path] : []
  })
}

/** The fences that one file breaks. `file`: its path below the root. */
export function brokenIn(file: string, text: string): string[] {
  return [...text.matchAll(imports)].flatMap((match) => {
    const specifier = match[1] ?? match[2] ?? match[3]!
    const why = specifier.startsWith('@berth/')
      ? brokenByPackage(file, specifier.split('/')[1]!)
      : brokenByPath(file, specifier)
    return why ? [`${file}: ${specifier}: ${why}`] : []
  })
}

const roomOf = (path: string) => /^(?:apps|packages)\/[^/]+|^[^/]+/.exec(path)![0]
const isTest = (file: string) => /\.(test|fixture|spec)\.tsx?$|^(apps|packages)\/[^/]+\/test\//.test(file)

function brokenByPackage(file: string, name: string): string | undefined {
  const own = roomOf(file)
  if (own.endsWith(`/${name}`)) return undefined
  if (!all.includes(name)) return 'apps never import apps, and nobody else imports one'
  if (isTest(file)) return undefined
  const { may, inOneFile } = rooms[own] ?? { may: [] }
  if (!may.includes(name)) return `${own} may import ${may.join(', ') || 'nothing of ours'}`
  const only = inOneFile?.[name]
  if (only !== undefined && only !== file) return `only ${only} may import ${name}`
  if (own === 'packages/core' && name === 'db' && !mayImportDb(file))
    return 'in core only store.ts imports db'
  return undefined
}

const mayImportDb = (file: string) =>
  file.endsWith('/store.ts') || /^packages\/core\/src\/(context|list-query)\//.test(file)

function brokenByPath(file: string, specifier: string): string | undefined {
  const path = specifier.startsWith('@/')
    ? `${roomOf(file)}/src/${specifier.slice(2)}`
    : specifier.startsWith('.')
      ? normalize(join(dirname(file), specifier))
      : undefined
  if (path === undefined) return undefined
  if (roomOf(path) !== roomOf(file) && !doors.has(path)) return 'a relative path must not leave its room'
  return brokenByFeature(file, path)
}

const featureOf = (path: string) => /^packages\/core\/src\/([^/]+)\//.exec(path)?.[1]

function brokenByFeature(file: string, path: string): string | undefined {
  const feature = featureOf(path)
  if (feature === undefined || feature === featureOf(file) || isTest(file)) return undefined
  if (path === `packages/core/src/${feature}/index.ts`) return undefined
  return `${feature} is entered through its index.ts`
}
