import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ServerProcess, startChild } from './child.ts'
import { searchPath } from './env.ts'

export interface RegistryTokenAuth {
  /** URL of the token service, as clients see it. */
  realm: string
  service: string
  issuer: string
  /** PEM file with the certificates whose keys may sign tokens. */
  bundlePath: string
}

export interface RegistryNotifications {
  url: string
  /** Sent as `Authorization: Bearer`. */
  secret: string
}

export interface RegistryTls {
  /** PEM files. */
  certificatePath: string
  keyPath: string
}

export interface RegistryOptions {
  /** Directory for the configuration; images go to `storageDir`. */
  configDir: string
  storageDir: string
  /** 0, the default, takes any free port of the loopback address. */
  port?: number
  auth?: RegistryTokenAuth
  /** Accounts of its own instead of tokens: a file of bcrypt hashes. */
  htpasswdPath?: string
  /** Answers https instead of http. */
  tls?: RegistryTls
  /** Signs the state of unfinished uploads; without it they begin anew after a restart. */
  httpSecret?: string
  /** Where to tell about pushes, pulls and deletions. */
  notifications?: RegistryNotifications
  onLine?: (line: string) => void
}

export interface RegistryServer {
  url: string
  port: number
  pid: number
  exited: ServerProcess['exited']
  stop(graceMs?: number): Promise<void>
}

/** The CNCF distribution binary: `registry` upstream, `docker-registry` in Debian. Undefined when not installed. */
export function findRegistryBinary(path = searchPath): string | undefined {
  const folders = [...path.split(':').filter((folder) => folder !== ''), '/usr/bin', '/usr/local/bin']
  return folders
    .flatMap((folder) => [join(folder, 'registry'), join(folder, 'docker-registry')])
    .find((file) => existsSync(file))
}

/** Lines that make a registry tell of what happens to manifests; the secret is in them. */
export const notificationsConfig = ({ url, secret }: RegistryNotifications): string[] => [
  'notifications:',
  '  endpoints:',
  '    - name: berth',
  `      url: ${JSON.stringify(url)}`,
  `      headers: { Authorization: [${JSON.stringify(`Bearer ${secret}`)}] }`,
  '      timeout: 10s',
  '      threshold: 3',
  '      backoff: 1s',
  // Layers: manifests name them.
  '      ignore: { mediatypes: [application/octet-stream] }',
]

/** The registry's configuration. Values are JSON strings, which are YAML strings too. */
export function registryConfig(options: RegistryOptions): string {
  const lines = [
    'version: 0.1',
    'log: { level: info, accesslog: { disabled: true } }',
    'storage:',
    `  filesystem: { rootdirectory: ${JSON.stringify(options.storageDir)} }`,
    '  delete: { enabled: true }',
    '  maintenance: { uploadpurging: { enabled: true, age: 168h, interval: 24h, dryrun: false } }',
    // Layers that may not be copied name where they lie; without this every manifest with such a layer is refused.
    'validation: { manifests: { urls: { allow: ["^https?://"] } } }',
    'http:',
    `  addr: 127.0.0.1:${options.port ?? 0}`,
    '  relativeurls: true',
    '  draintimeout: 5s',
  ]
  if (options.httpSecret) lines.push(`  secret: ${JSON.stringify(options.httpSecret)}`)
  if (options.tls) {
    const { certificatePath, keyPath } = options.tls
    lines.push(`  tls: { certificate: ${JSON.stringify(certificatePath)}, key: ${JSON.stringify(keyPath)} }`)
  }
  if (options.htpasswdPath)
    lines.push(`auth: { htpasswd: { realm: registry, path: ${JSON.stringify(options.htpasswdPath)} } }`)
  if (options.auth) {
    lines.push('auth:', '  token:')
    lines.push(`    realm: ${JSON.stringify(options.auth.realm)}`)
    lines.push(`    service: ${JSON.stringify(options.auth.service)}`)
    lines.push(`    issuer: ${JSON.stringify(options.auth.issuer)}`)
    lines.push(`    rootcertbundle: ${JSON.stringify(options.auth.bundlePath)}`)
  }
  if (options.notifications) lines.push(...notificationsConfig(options.notifications))
  return `${lines.join('\n')}\n`
}

/** Writes the configuration and starts the registry. Throws when no binary is installed. */
export async function startRegistryServer(options: RegistryOptions): Promise<RegistryServer> {
  const command = findRegistryBinary()
  if (command === undefined)
    throw new Error('no registry binary: install the package docker-registry, or put `registry` on the PATH')
  await mkdir(options.configDir, { recursive: true })
  await mkdir(options.storageDir, { recursive: true })
  const configPath = join(options.configDir, 'config.yml')
  await writeFile(configPath, registryConfig(options))
  const server = await startChild({
    name: 'the registry',
    command,
    args: ['serve', configPath],
    // Any REGISTRY_… variable would override the file: the registry gets none of ours.
    env: { PATH: searchPath, OTEL_TRACES_EXPORTER: 'none' },
    ready: /listening on [^\s"]*:(\d+)/,
    stopSignal: 'SIGTERM',
    onLine: options.onLine,
  })
  const port = Number(server.readyMatch[1])
  const scheme = options.tls ? 'https' : 'http'
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    port,
    pid: server.pid,
    exited: server.exited,
    stop: server.stop,
  }
}
