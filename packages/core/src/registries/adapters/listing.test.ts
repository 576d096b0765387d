import { describe, expect, it } from 'vitest'
import { playBack, type Recorded } from '../exchange.fixture.ts'
import { adapterOf, type Endpoint, type RegistryType } from './index.ts'

// Written after what Docker Hub, Quay and JFrog document of their APIs; nothing was recorded there.

async function list(type: RegistryType, endpoint: Endpoint, namespace: string, record: Recorded[]) {
  const { fetch, rest } = playBack(record)
  const found: string[][] = []
  const tools = { fetch, nowMs: () => 0 }
  const pages = adapterOf(type).repositoriesIn!(endpoint, tools, namespace, AbortSignal.timeout(5_000))
  for await (const names of pages) found.push(names)
  expect(rest()).toBe(0)
  return found
}

describe('docker-hub lists a namespace', () => {
  const url = 'https://hub.docker.com'
  const nobody = { url, accessKey: '', accessSecret: '' }
  const page = (n: number, ns = 'myorg') =>
    `GET ${url}/v2/namespaces/${ns}/repositories?page=${n}&page_size=100`
  const rows = (...names: unknown[]) => names.map((name) => ({ name, namespace: 'myorg', is_private: false }))

  it('without a name, page by page, and follows no address of the answer', async () => {
    const next = 'https://evil.example/v2/namespaces/myorg/repositories?page=2'
    const record = [
      { ask: page(1), status: 200, answer: { body: { next, results: rows('a', 'b') } } },
      { ask: page(2), status: 200, answer: { body: { next: null, results: rows('c', 7) } } },
    ]
    expect(await list('docker-hub', nobody, 'myorg', record)).toEqual([['myorg/a', 'myorg/b'], ['myorg/c']])
  })

  it('with a token that name and access token buy', async () => {
    const endpoint = { url: 'https://docker.io', accessKey: 'ann', accessSecret: 'dckr_pat_x' }
    const record: Recorded[] = [
      {
        ask: `POST ${url}/v2/auth/token`,
        headers: { 'content-type': 'application/json' },
        body: '{"identifier":"ann","secret":"dckr_pat_x"}',
        status: 200,
        answer: { body: { access_token: 'T' } },
      },
      {
        ask: page(1),
        headers: { authorization: 'Bearer T' },
        status: 200,
        answer: { body: { next: null, results: rows('secret') } },
      },
    ]
    expect(await list('docker-hub', endpoint, 'myorg', record)).toEqual([['myorg/secret']])
  })

  it('and says what it refuses', async () => {
    const endpoint = { url, accessKey: 'ann', accessSecret: 'wrong' }
    const ask = `POST ${url}/v2/auth/token`
    await expect(list('docker-hub', endpoint, 'myorg', [{ ask, status: 401 }])).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    })
    await expect(
      list('docker-hub', nobody, 'nobody', [{ ask: page(1, 'nobody'), status: 404 }]),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const body = { next: null, results: 'none' }
    await expect(
      list('docker-hub', nobody, 'myorg', [{ ask: page(1), status: 200, answer: { body } }]),
    ).rejects.toMatchObject({ code: 'INVALID_ANSWER' })
  })

  it('but the secret of a mirror is not taken to Docker Hub', async () => {
    const mirror = { url: 'https://mirror.example.com', accessKey: 'ann', accessSecret: 'x' }
    await expect(list('docker-hub', mirror, 'myorg', [])).rejects.toMatchObject({ code: 'UNSUPPORTED' })
  })
})

describe('quay lists a namespace', () => {
  const url = 'https://quay.example.com'
  const page = (more = '') => `GET ${url}/api/v1/repository?namespace=team&public=true${more}`
  const image = (name: string) => ({ namespace: 'team', name, kind: 'image' })

  it('with an application’s token, page by page, images only', async () => {
    const headers = { authorization: 'Bearer T' }
    const first = {
      repositories: [image('a'), { ...image('chart'), kind: 'application' }],
      next_page: 'x=/y',
    }
    const record = [
      { ask: page(), headers, status: 200, answer: { body: first } },
      {
        ask: page('&next_page=x%3D%2Fy'),
        headers,
        status: 200,
        answer: { body: { repositories: [image('b')] } },
      },
    ]
    const endpoint = { url, accessKey: '$oauthtoken', accessSecret: 'T' }
    expect(await list('quay', endpoint, 'team', record)).toEqual([['team/a'], ['team/b']])
  })

  it('without sending a robot’s password, and not for ever', async () => {
    const headers = { authorization: /^$/ }
    const body = { repositories: [image('a')], next_page: 'same' }
    const record = [page(), page('&next_page=same')].map((ask) => ({
      ask,
      headers,
      status: 200,
      answer: { body },
    }))
    const endpoint = { url, accessKey: 'team+robot', accessSecret: 'R' }
    await expect(list('quay', endpoint, 'team', record)).rejects.toMatchObject({ code: 'LIST_WITHOUT_END' })
  })
})

describe('jfrog-artifactory lists one of its repositories', () => {
  const url = 'https://team.jfrog.io'
  const endpoint = { url, accessKey: 'ann', accessSecret: 'key' }
  const headers = { authorization: `Basic ${Buffer.from('ann:key').toString('base64')}` }
  const page = (last = '') =>
    `GET ${url}/artifactory/api/docker/docker-local/v2/_catalog?n=1000${last && `&last=${encodeURIComponent(last)}`}`
  const answer = (repositories: unknown, link?: string) => ({
    headers,
    status: 200,
    answer: { body: { repositories }, ...(link && { headers: { link } }) },
  })

  it('by its own catalog, page by page, with its key before each name', async () => {
    const full = Array.from({ length: 1_000 }, (_, at) => `team/app-${at}`)
    const link = '<https://evil.example/v2/_catalog?last=x>; rel="next"'
    const record = [
      { ask: page(), ...answer(full) },
      { ask: page('team/app-999'), ...answer(['web', 7], link) },
      { ask: page('web'), ...answer(['worker']) },
    ]
    const [first, ...rest] = await list('jfrog-artifactory', endpoint, 'docker-local', record)
    expect([first?.length, first?.[0], rest]).toEqual([
      1_000,
      'docker-local/team/app-0',
      [['docker-local/web'], ['docker-local/worker']],
    ])
  })

  it('that knows no pages at once, and says what it refuses', async () => {
    const all = Array.from({ length: 1_001 }, (_, at) => `app-${at}`)
    const record = [{ ask: page(), ...answer(all) }]
    expect((await list('jfrog-artifactory', endpoint, 'docker-local', record)).flat()).toHaveLength(1_001)
    for (const [status, code] of [
      [401, 'UNAUTHORIZED'],
      [404, 'NOT_FOUND'],
    ] as const)
      await expect(
        list('jfrog-artifactory', endpoint, 'docker-local', [{ ask: page(), status }]),
      ).rejects.toMatchObject({ code })
    await expect(
      list('jfrog-artifactory', endpoint, 'docker-local', [{ ask: page(), ...answer('none') }]),
    ).rejects.toMatchObject({ code: 'INVALID_ANSWER' })
  })
})
