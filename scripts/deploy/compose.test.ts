import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSettings, type SettingName, settings } from '@berth/core/settings'
import { TOKEN_AUDIENCE, TOKEN_ISSUER } from '@berth/core/tokens'
import { registryConfig } from '@berth/servers'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { root } from '../start/build.ts'
import { CONSOLE_IDLE_CONNECTION_MS, registryTrust } from '../start/parts.ts'
import { dataLayout } from '../start/settings.ts'
import { settingsOf } from './settings-of.ts'

interface Service {
  build?: { target: string }
  image?: string
  environment?: Record<string, string>
  depends_on?: Record<string, { condition: string }>
  healthcheck?: { test: string[] }
  volumes?: string[]
  ports?: string[]
}
interface Compose {
  services: Record<string, Service>
  volumes: Record<string, null>
}

const text = (path: string) => readFileSync(join(root, path), 'utf8')
const compose = parse(text('docker-compose.yml'), { merge: true }) as Compose
const dockerfile = text('Dockerfile')

/** What a person writes into .env. */
const person = {
  BERTH_EXTERNAL_URL: 'https://registry.example.com',
  BERTH_SECRET_KEY: 'f'.repeat(64),
  BERTH_ADMIN_PASSWORD: 'First-password-1',
  BERTH_DATABASE_PASSWORD: 'abc123',
}
const fill = (value: string) =>
  value.replace(/\$\{(\w+)(?::?[-?]([^}]*))?\}/g, (_, name) => person[name as keyof typeof person] ?? '')
const environment = (service: string) =>
  Object.fromEntries(
    Object.entries(compose.services[service]?.environment ?? {}).map(([name, value]) => [name, fill(value)]),
  )

describe.each([
  ['gateway', 'apps/gateway/src/env.ts'],
  ['jobs', 'apps/jobs/src/env.ts'],
  ['web', 'apps/web/src/env.ts'],
  ['setup', 'scripts/prepare.ts'],
])('the service %s', (name, file) => {
  const { required, optional } = settingsOf(text(file))

  it('gets every setting its code asks for, with values the code accepts', () => {
    expect(required.length).toBeGreaterThan(0)
    const env = environment(name)
    const asked = [...required, ...optional.map((setting) => `${setting}?` as const)]
    expect(() => parseSettings(env, asked as SettingName[])).not.toThrow()
  })

  it('gets no setting that its code does not read', () => {
    const read = new Set<string>([...required, ...optional])
    expect(Object.keys(environment(name)).filter((setting) => !read.has(setting))).toEqual([])
  })

  it('is a target of the Dockerfile that starts a file of this repository', () => {
    const target = compose.services[name]?.build?.target
    expect(target).toBe(name)
    const stage = dockerfile.split(/^FROM /m).find((part) => part.startsWith(`runtime AS ${target}\n`))
    const command = JSON.parse(stage?.match(/^CMD (.*)$/m)?.[1] ?? '[]') as string[]
    const base = stage?.match(/^WORKDIR \/berth\/(.*)$/m)?.[1] ?? ''
    expect(command[0]).toBe('node')
    const file = command.slice(1).find((argument) => !argument.startsWith('--')) ?? 'missing'
    expect(() => readFileSync(join(root, base, file))).not.toThrow()
  })
})

it('sets nothing but settings of the code in our own services', () => {
  for (const [name, service] of Object.entries(compose.services)) {
    if (!service.build) continue
    expect([name, Object.keys(environment(name)).filter((setting) => !(setting in settings))]).toEqual([
      name,
      [],
    ])
  }
})

it('checks the health of everything others wait for, and of everything that answers', () => {
  for (const [name, service] of Object.entries(compose.services))
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      const target = compose.services[other]
      expect([name, other, target !== undefined]).toEqual([name, other, true])
      if (condition === 'service_healthy')
        expect([other, target?.healthcheck?.test.length]).not.toContain(undefined)
      else expect([name, other, condition]).toEqual([name, 'setup', 'service_completed_successfully'])
    }
  for (const name of ['gateway', 'web', 'jobs', 'registry', 'postgres', 'redis', 'nginx'])
    expect([name, compose.services[name]?.healthcheck?.test[0]]).toEqual([name, 'CMD'])
})

it('asks health of paths and ports that the parts answer on', () => {
  const check = (name: string) => compose.services[name]?.healthcheck?.test.join(' ') ?? ''
  expect(check('gateway')).toContain(`http://127.0.0.1:${environment('gateway').BERTH_PORT}/api/v2.0/ping`)
  expect(environment('gateway').BERTH_WEB_URL).toBe('http://web:3000')
  expect(check('web')).toContain('http://127.0.0.1:3000/')
  expect(dockerfile).toContain('"-p", "3000"')
  expect(environment('gateway').REGISTRY_URL).toBe('http://registry:5000')
  expect(check('registry')).toContain('http://127.0.0.1:5000/')
  for (const file of ['berth.conf', 'berth-tls.conf'])
    expect(text(`deploy/nginx/${file}`)).toContain(`server gateway:${environment('gateway').BERTH_PORT};`)
})

it('opens only nginx to the outside', () => {
  const open = Object.entries(compose.services).filter(([, service]) => service.ports !== undefined)
  expect(open.map(([name]) => name)).toEqual(['nginx'])
})

describe('the registry in containers', () => {
  const config = parse(text('deploy/registry/config.yml'))
  const embedded = parse(
    registryConfig({
      configDir: '/c',
      storageDir: '/s',
      auth: { realm: 'r', bundlePath: 'b', ...registryTrust },
    }),
  )

  it('trusts the tokens Berth makes, as the embedded one does', () => {
    expect(config.auth.token).toMatchObject({ service: TOKEN_AUDIENCE, issuer: TOKEN_ISSUER })
    expect(embedded.auth.token).toMatchObject({ service: TOKEN_AUDIENCE, issuer: TOKEN_ISSUER })
  })

  it('finds the certificates where the setup writes them', () => {
    const written = dataLayout(environment('setup').BERTH_DATA_DIR ?? '').tokenBundle
    expect(config.auth.token.rootcertbundle).toBe(written)
    expect(compose.services.setup?.volumes).toContain('trust:/data')
    expect(compose.services.registry?.volumes).toContain('trust:/data:ro')
  })

  it('stores, deletes and cleans up as the embedded one does', () => {
    expect(config.storage.delete).toEqual(embedded.storage.delete)
    expect(config.storage.maintenance).toEqual(embedded.storage.maintenance)
    expect(config.http.relativeurls).toBe(true)
  })
})

it('mounts and copies only files that exist', () => {
  const mounts = Object.values(compose.services).flatMap((service) => service.volumes ?? [])
  for (const mount of mounts.filter((entry) => entry.startsWith('./')))
    expect(() => readFileSync(join(root, mount.split(':')[0] ?? ''))).not.toThrow()
  const named = mounts.filter((entry) => !entry.startsWith('./')).map((entry) => entry.split(':')[0])
  expect(new Set(named)).toEqual(new Set(Object.keys(compose.volumes)))
})

it('installs every package of the workspace in the image', () => {
  const rooms = ['apps', 'packages'].flatMap((room) =>
    readdirSync(join(root, room)).map((name) => `${room}/${name}`),
  )
  for (const room of [...rooms, 'bench', 'e2e'])
    expect(dockerfile).toContain(`COPY ${room}/package.json ${room}/\n`)
})

it('the console keeps idle connections longer than the gateway does: no form meets the end of one', () => {
  const gateway = /IDLE_CONNECTION_MS = ([\d_]+)/.exec(text('apps/gateway/src/proxy/forward.ts'))![1]!
  expect(CONSOLE_IDLE_CONNECTION_MS).toBeGreaterThan(Number(gateway.replaceAll('_', '')) + 10_000)
  expect(dockerfile).toContain(`"start", "--keepAliveTimeout", "${CONSOLE_IDLE_CONNECTION_MS}"`)
})
