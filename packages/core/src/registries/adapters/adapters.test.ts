import { createRegistryClient, parseReference, parseRepositoryName } from '@berth/registry-client'
import { describe, expect, it } from 'vitest'
import { playBack, type Recorded } from '../exchange.fixture.ts'
import { belongsTo } from './adapter.ts'
import { adapterOf, type RegistryType } from './index.ts'

// Exchanges written after what each registry documents; none of them was recorded at the registry itself.

const basic = (name: string, password: string) =>
  `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`
const DIGEST = `sha256:${'a'.repeat(64)}`
const found = {
  status: 200,
  answer: {
    headers: {
      'docker-content-digest': DIGEST,
      'content-type': 'application/vnd.oci.image.manifest.v1+json',
      'content-length': '7',
    },
  },
}
const challenge = (value: string) => ({ status: 401, answer: { headers: { 'www-authenticate': value } } })

async function head(
  type: RegistryType,
  endpoint: { url: string; accessKey: string; accessSecret: string },
  repository: string,
  record: Recorded[],
  nowMs = Date.parse('2026-05-01T10:00:00Z'),
) {
  const { fetch, rest } = playBack(record)
  const tools = { fetch, nowMs: () => nowMs }
  const connection = await adapterOf(type).connect(endpoint, tools)
  const client = createRegistryClient({ ...connection, ...tools })
  const info = await client.headManifest(parseRepositoryName(repository), parseReference('v1'))
  expect(rest()).toBe(0)
  return info?.digest
}

describe('an adapter signs in as the registry documents it', () => {
  it('docker-hub: images and tokens on hosts of their own', async () => {
    const url = 'https://registry-1.docker.io/v2/library/alpine/manifests/v1'
    const record = [
      {
        ask: `HEAD ${url}`,
        ...challenge('Bearer realm="https://auth.docker.io/token",service="registry.docker.io"'),
      },
      {
        ask: 'GET https://auth.docker.io/token?service=registry.docker.io&scope=repository%3Alibrary%2Falpine%3Apull&account=ann',
        headers: { authorization: basic('ann', 'dckr_pat_x') },
        status: 200,
        answer: { body: { token: 'T1', expires_in: 300 } },
      },
      { ask: `HEAD ${url}`, headers: { authorization: 'Bearer T1' }, ...found },
    ]
    const endpoint = { url: 'https://hub.docker.com', accessKey: 'ann', accessSecret: 'dckr_pat_x' }
    expect(await head('docker-hub', endpoint, 'library/alpine', record)).toBe(DIGEST)
  })

  it.each([
    ['github-ghcr', 'https://ghcr.io', 'https://ghcr.io/token', 'ghcr.io', 'ann', 'ghp_x'],
    ['quay', 'https://quay.io', 'https://quay.io/v2/auth', 'quay.io', 'team+robot', 'X'],
    ['quay', 'https://quay.io', 'https://quay.io/v2/auth', 'quay.io', '$oauthtoken', 'X'],
    ['google-gcr', 'https://gcr.io', 'https://gcr.io/v2/token', 'gcr.io', 'oauth2accesstoken', 'ya29.x'],
    [
      'google-gcr',
      'https://us-docker.pkg.dev',
      'https://us-docker.pkg.dev/v2/token',
      'us-docker.pkg.dev',
      '_json_key',
      '{"type":"service_account","private_key":"x"}',
    ],
    [
      'gitlab',
      'https://registry.gitlab.com',
      'https://gitlab.com/jwt/auth',
      'container_registry',
      'ann',
      'glpat-x',
    ],
    [
      'azure-acr',
      'https://team.azurecr.io',
      'https://team.azurecr.io/oauth2/token',
      'team.azurecr.io',
      'id',
      'secret',
    ],
    [
      'jfrog-artifactory',
      'https://team.jfrog.io',
      'https://team.jfrog.io/v2/token',
      'team.jfrog.io',
      'ann',
      'key',
    ],
    [
      'docker-registry',
      'https://registry.example.com',
      'https://auth.example.com/token',
      'registry',
      'ann',
      'x',
    ],
    [
      'berth',
      'https://berth.example.com',
      'https://berth.example.com/service/token',
      'berth-registry',
      'a',
      'b',
    ],
    ['harbor', 'https://harbor.example.com', 'https://harbor.example.com/service/token', 'harbor', 'a', 'b'],
  ] as const)('%s at %s: a token from %s', async (type, url, realm, service, accessKey, accessSecret) => {
    const manifest = `HEAD ${url}/v2/team/app/manifests/v1`
    const asked = new URL(realm)
    asked.searchParams.set('service', service)
    asked.searchParams.set('scope', 'repository:team/app:pull')
    asked.searchParams.set('account', accessKey)
    const record = [
      { ask: manifest, ...challenge(`Bearer realm="${realm}",service="${service}"`) },
      {
        ask: `GET ${asked}`,
        headers: { authorization: basic(accessKey, accessSecret) },
        status: 200,
        // Azure says access_token.
        answer: { body: type === 'azure-acr' ? { access_token: 'T2' } : { token: 'T2' } },
      },
      { ask: manifest, headers: { authorization: 'Bearer T2' }, ...found },
    ]
    expect(await head(type, { url, accessKey, accessSecret }, 'team/app', record)).toBe(DIGEST)
  })

  it('aws-ecr: keys buy a password, and the account’s own registry is told with it', async () => {
    const registry = 'https://123456789012.dkr.ecr.eu-west-1.amazonaws.com'
    const manifest = `HEAD ${registry}/v2/team/app/manifests/v1`
    const expiresAt = Date.parse('2026-05-01T22:00:00Z') / 1_000
    const record: Recorded[] = [
      {
        ask: 'POST https://api.ecr.eu-west-1.amazonaws.com/',
        headers: {
          'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken',
          'x-amz-date': '20260501T100000Z',
          authorization:
            /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20260501\/eu-west-1\/ecr\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=[0-9a-f]{64}$/,
        },
        body: '{}',
        status: 200,
        answer: {
          body: {
            authorizationData: [
              {
                authorizationToken: Buffer.from('AWS:half-a-day').toString('base64'),
                expiresAt,
                proxyEndpoint: registry,
              },
            ],
          },
        },
      },
      { ask: manifest, ...challenge('Basic realm="https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/"') },
      { ask: manifest, headers: { authorization: basic('AWS', 'half-a-day') }, ...found },
    ]
    const url = 'https://api.ecr.eu-west-1.amazonaws.com'
    const endpoint = { url, accessKey: 'AKIDEXAMPLE', accessSecret: 'secret' }
    expect(await head('aws-ecr', endpoint, 'team/app', record)).toBe(DIGEST)
  })
})

describe('an adapter refuses', () => {
  const open = async (type: RegistryType, url: string, record: Recorded[] = []) =>
    adapterOf(type).connect(
      { url, accessKey: 'a', accessSecret: 'b' },
      { ...playBack(record), nowMs: () => 0 },
    )

  it('to send a password to a token endpoint that is not the registry’s', async () => {
    for (const [type, url, realm] of [
      ['docker-hub', 'https://hub.docker.com', 'https://auth.docker.io.evil.example/token'],
      ['docker-hub', 'https://hub.docker.com', 'http://auth.docker.io/token'],
      ['github-ghcr', 'https://ghcr.io', 'https://evil.example/token'],
      ['gitlab', 'https://registry.gitlab.com', 'https://gitlab.com/other'],
      ['gitlab', 'https://registry.gitlab.com', 'https://evil.example/jwt/auth'],
      ['berth', 'https://berth.example.com', 'https://evil.example/service/token'],
      ['docker-registry', 'https://registry.example.com', 'https://registry.example.org/token'],
    ] as const)
      expect((await open(type, url)).allowRealm!(new URL(realm)), realm).toBe(false)
  })

  it('a password of ECR that leads elsewhere, and keys that Amazon does not know', async () => {
    const ask = 'POST https://api.ecr.eu-west-1.amazonaws.com/'
    const url = 'https://api.ecr.eu-west-1.amazonaws.com'
    const data = { authorizationToken: Buffer.from('AWS:x').toString('base64'), expiresAt: 1e9 }
    for (const proxyEndpoint of [
      'https://evil.example',
      'http://123456789012.dkr.ecr.eu-west-1.amazonaws.com',
      '',
    ]) {
      const body = { authorizationData: [{ ...data, proxyEndpoint }] }
      await expect(open('aws-ecr', url, [{ ask, status: 200, answer: { body } }])).rejects.toMatchObject({
        code: 'INVALID_ANSWER',
      })
    }
    await expect(
      open('aws-ecr', url, [
        { ask, status: 400, answer: { body: { __type: 'UnrecognizedClientException' } } },
      ]),
    ).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    })
  })

  it('a key of Google that is none', async () => {
    const endpoint = { url: 'https://gcr.io', accessKey: '_json_key', accessSecret: '{}' }
    expect(() => adapterOf('google-gcr').connect(endpoint, { fetch, nowMs: () => 0 })).toThrow(/whole JSON/)
  })
})

it('a token endpoint belongs to a registry by its host or domain', () => {
  const cases: [string, string, boolean][] = [
    ['https://registry.example.com', 'https://registry.example.com:5001/token', true],
    ['https://registry.example.com', 'https://example.com/token', true],
    ['https://registry.example.com', 'https://auth.registry.example.com/', true],
    ['https://registry.example.com', 'http://registry.example.com/token', false],
    ['https://registry.example.com', 'https://notexample.com/', false],
    ['https://example.com', 'https://other.com/', false],
    ['https://registry.co.uk', 'https://anybody.co.uk/token', false],
    ['https://registry.example.co.uk', 'https://auth.example.co.uk/token', true],
    ['https://team.jfrog.io', 'https://anybody.jfrog.io/token', false],
    ['https://team.jfrog.io', 'https://auth.team.jfrog.io/token', true],
    ['https://team.azurewebsites.net', 'https://anybody.azurewebsites.net/token', false],
    ['https://registry.sap.de', 'https://auth.sap.de/token', true],
    ['https://example.com', 'https://auth.example.com/', true],
    ['http://127.0.0.1:5000', 'http://127.0.0.1:5001/token', true],
    ['http://127.0.0.1:5000', 'http://0.0.1/token', false],
    ['http://10.0.0.1', 'http://10.0.0.2/', false],
    ['http://[::1]:5000', 'http://[::1]:5001/', true],
  ]
  for (const [registry, realm, belongs] of cases)
    expect(belongsTo(registry)(new URL(realm)), `${registry} ${realm}`).toBe(belongs)
})
