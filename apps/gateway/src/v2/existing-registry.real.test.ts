import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CoreSettings } from '@berth/core'
import { getHealth } from '@berth/core/health'
import { registryClient } from '@berth/core/registry'
import { writeCertificateBundle } from '@berth/core/tokens'
import { createAuthority, startRegistry, type TestAuthority, type TestRegistry } from '@berth/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startBerth, type TestBerth } from '../../test/berth.ts'
import { codeOf, ociManifest } from '../../test/client.ts'
import { pushDirectly } from '../../test/direct.ts'
import { type InFront, startInFront } from '../../test/in-front.ts'

// Registries that were there before Berth, with what they hold: Berth's gateway in front, the registry private.
const account = { username: 'berth', password: 'Registry-account-1' }
const accountLine = 'berth:$2b$05$abcdefghijklmnopqrstuucCB3DsjL4HhPnt6j5G7OgwXLK6lXELy\n'

let berth: TestBerth
let folder: string
let authority: TestAuthority
let bundlePath: string
const registries: TestRegistry[] = []
const fronts: InFront[] = []

beforeAll(async () => {
  berth = await startBerth()
  for (const name of ['dev', 'guest', 'keeper', 'outsider']) await berth.addUser(name)
  await berth.addProject('team', { members: { dev: 'developer', guest: 'guest', keeper: 'maintainer' } })
  folder = await mkdtemp(join(tmpdir(), 'berth-existing-'))
  authority = createAuthority()
  bundlePath = join(folder, 'bundle.pem')
  await writeCertificateBundle(berth.core, bundlePath)
  await writeFile(join(folder, 'htpasswd'), accountLine)
})
afterEach(async () => {
  await Promise.all(fronts.splice(0).map((front) => front.close()))
  await Promise.all(registries.splice(0).map((registry) => registry.stop()))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await berth.close()
})

const trust = () => ({
  realm: `${berth.url}/service/token`,
  service: 'berth-registry',
  issuer: 'berth-token-issuer',
  bundlePath,
})

async function tls(names = ['127.0.0.1'], validForMs?: number) {
  const { certificatePem, keyPem } = authority.issue(names, validForMs)
  const name = `tls-${registries.length}-${Math.random()}`
  const files = { certificatePath: join(folder, `${name}.pem`), keyPath: join(folder, `${name}.key`) }
  await writeFile(files.certificatePath, certificatePem)
  await writeFile(files.keyPath, keyPem)
  return files
}

async function existing(options: Parameters<typeof startRegistry>[0]): Promise<TestRegistry> {
  const registry = await startRegistry(options)
  registries.push(registry)
  return registry
}

async function inFront(settings: Parameters<typeof startInFront>[1]): Promise<InFront> {
  const front = await startInFront(berth, settings)
  fronts.push(front)
  return front
}

const registryHealth = async ({ core }: Pick<InFront, 'core'>) =>
  (await getHealth(core)).components.find(({ name }) => name === 'registry')
const pull = ['repository:team/old:pull']

type Backend = [
  name: string,
  start: () => Promise<[TestRegistry, Omit<CoreSettings, 'databaseUrl' | 'secretKey' | 'externalUrl'>]>,
]
const backends: Backend[] = [
  [
    'that trusts Berth’s tokens, over TLS of its own authority',
    async () => {
      const registry = await existing({ auth: trust(), tls: await tls() })
      return [registry, { registryUrl: registry.url, registryCa: authority.certificatePem }]
    },
  ],
  [
    'with accounts of its own, over TLS of its own authority',
    async () => {
      const registry = await existing({ htpasswdPath: join(folder, 'htpasswd'), tls: await tls() })
      const registryCa = authority.certificatePem
      return [registry, { registryUrl: registry.url, registryCa, registryCredentials: account }]
    },
  ],
  [
    'without accounts',
    async () => {
      const registry = await existing({})
      return [registry, { registryUrl: registry.url }]
    },
  ],
]

let olds = 0
describe.each(backends)('in front of a registry %s', (_, start) => {
  // They share a database, which keeps what was deleted as an empty repository.
  const old = `team/old-${++olds}`
  const pull = [`repository:${old}:pull`]
  test('what Berth never saw pushed can be pulled by those who may, and new images pushed beside it', async () => {
    const [, settings] = await start()
    const front = await inFront(settings)
    const digest = await pushDirectly(front, old, '1', 'before Berth')
    await pushDirectly(front, 'elsewhere/old', '1', 'before Berth')
    expect(await registryHealth(front)).toMatchObject({ status: 'healthy' })

    const guest = front.client('guest')
    const accept = { headers: { accept: ociManifest } }
    for (const reference of ['1', digest]) {
      const head = await guest.send('HEAD', `/v2/${old}/manifests/${reference}`, pull, accept)
      expect([head.status, head.headers.get('docker-content-digest')]).toEqual([200, digest])
      const got = await guest.send('GET', `/v2/${old}/manifests/${reference}`, pull, accept)
      const { config } = (await got.json()) as { config: { digest: string } }
      const blob = await guest.send('GET', `/v2/${old}/blobs/${config.digest}`, pull)
      expect([got.status, blob.status, await blob.text()]).toEqual([
        200,
        200,
        expect.stringContaining('before Berth'),
      ])
    }
    // Lists are the index's, which knows it once it is adopted.
    expect((await guest.send('GET', `/v2/${old}/tags/list`, pull)).status).toBe(404)
    // To strangers what is there and what is not look alike.
    for (const [client, name] of [
      [front.client('outsider'), old],
      [front.client('outsider'), 'team/none'],
      [guest, 'elsewhere/old'],
    ] as const)
      expect((await client.send('GET', `/v2/${name}/manifests/1`, [`repository:${name}:pull`])).status).toBe(
        401,
      )

    const pushed = await front.client('dev').pushImage('team/new', '2', 'beside it')
    expect(pushed.answer.status).toBe(201)
    const back = await guest.send('GET', '/v2/team/new/manifests/2', ['repository:team/new:pull'], accept)
    expect(await back.text()).toBe(pushed.bytes)

    const scopes = [`repository:${old}:delete`]
    const keeper = front.client('keeper')
    expect((await keeper.send('DELETE', `/v2/${old}/manifests/${digest}`, scopes)).status).toBe(202)
    expect((await guest.send('GET', `/v2/${old}/manifests/1`, pull, accept)).status).toBe(404)
    expect(front.logged).toEqual([])
  })
})

describe('a registry that cannot be spoken to is named, at once and without its address', () => {
  const other = createAuthority('Another authority')
  const cases: [string, () => Promise<Parameters<typeof startInFront>[1]>, RegExp, string][] = [
    [
      'a certificate of another authority',
      async () => ({
        registryUrl: (await existing({ auth: trust(), tls: await tls() })).url,
        registryCa: other.certificatePem,
      }),
      /not signed by an authority that Berth trusts/,
      'CERTIFICATE_NOT_TRUSTED',
    ],
    [
      'a certificate of an authority that nobody told Berth of',
      async () => ({ registryUrl: (await existing({ auth: trust(), tls: await tls() })).url }),
      /not signed by an authority that Berth trusts/,
      'CERTIFICATE_NOT_TRUSTED',
    ],
    [
      'an expired certificate',
      async () => ({
        registryUrl: (await existing({ auth: trust(), tls: await tls(['127.0.0.1'], 60_000) })).url,
        registryCa: authority.certificatePem,
      }),
      /its certificate has expired/,
      'CERTIFICATE_EXPIRED',
    ],
    [
      'a certificate for another host',
      async () => ({
        registryUrl: (await existing({ auth: trust(), tls: await tls(['registry.test', '127.0.0.2']) })).url,
        registryCa: authority.certificatePem,
      }),
      /its certificate is for another name/,
      'CERTIFICATE_WRONG_NAME',
    ],
    [
      'plain http where https is expected',
      async () => {
        const registry = await existing({ auth: trust() })
        return { registryUrl: registry.url.replace('http:', 'https:'), registryCa: authority.certificatePem }
      },
      /it does not speak TLS/,
      'TLS_FAILED',
    ],
    [
      'nobody listening',
      async () => {
        const registry = await existing({ auth: trust() })
        await registry.kill()
        return { registryUrl: registry.url }
      },
      /it refuses connections/,
      'UNAVAILABLE',
    ],
  ]

  test.each(cases)('%s', async (_, start, words, code) => {
    const front = await inFront(await start())
    const told = await registryHealth(front)
    expect(told).toMatchObject({ status: 'unhealthy', error: expect.stringMatching(words) })
    expect(told?.error).not.toMatch(/127\.0\.0\.1/)
    await expect(registryClient(front.core).ping()).rejects.toMatchObject({
      code,
      message: expect.stringMatching(words),
    })
    const got = await front.client('guest').send('GET', '/v2/team/old/manifests/1', pull)
    const text = await got.clone().text()
    expect([got.status, await codeOf(got)]).toEqual([503, 'UNAVAILABLE'])
    expect(text).not.toMatch(/certificate|127\.0\.0\.1/)
    expect(front.logged.join('\n')).toMatch(words)
    const pushed = await front
      .client('dev')
      .send('POST', '/v2/team/old/blobs/uploads/', ['repository:team/old:pull,push'])
    expect(pushed.status).toBe(503)
  })

  test('https where plain http is expected', async () => {
    const registry = await existing({ auth: trust(), tls: await tls() })
    const front = await inFront({ registryUrl: registry.url.replace('https:', 'http:') })
    expect((await registryHealth(front))?.error).toContain('it may want https')
  })

  test('one that takes the connection and says nothing', async () => {
    const silent: Server = createServer(() => {}).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    try {
      const { port } = silent.address() as { port: number }
      const registryCa = authority.certificatePem
      const front = await inFront({ registryUrl: `https://127.0.0.1:${port}`, registryCa })
      expect((await registryHealth(front))?.status).toBe('unhealthy')
      const got = await front.client('guest').send('GET', '/v2/team/old/manifests/1', pull)
      expect([got.status, await codeOf(got)]).toEqual([503, 'UNAVAILABLE'])
      expect(front.logged.join()).toContain('did not take the connection in time')
    } finally {
      silent.close()
    }
  })

  test('one that trusts other keys, and one that knows no such account', async () => {
    const otherBundle = join(folder, 'other.pem')
    await writeFile(otherBundle, createAuthority().certificatePem)
    const tokens = await existing({ auth: { ...trust(), bundlePath: otherBundle } })
    const front = await inFront({ registryUrl: tokens.url })
    expect((await registryHealth(front))?.error).toContain('refuses Berth’s tokens')
    const got = await front.client('guest').send('GET', '/v2/team/old/manifests/1', pull)
    expect(got.status).toBe(401)
    expect(front.logged.join()).toContain('does it trust the certificate bundle?')

    const accounts = await existing({ htpasswdPath: join(folder, 'htpasswd') })
    const registryCredentials = { ...account, password: 'Changed-since-1' }
    const second = await inFront({ registryUrl: accounts.url, registryCredentials })
    expect((await registryHealth(second))?.error).toContain('refuses the account')
    const refused = await second.client('guest').send('GET', '/v2/team/old/manifests/1', pull)
    expect([refused.status, await codeOf(refused)]).toEqual([503, 'UNAVAILABLE'])
  })
})
