import {
  DeniedError,
  RateLimitedError,
  RegistryError,
  UnauthorizedError,
  UnavailableError,
} from '@berth/registry-client'
import { describe, expect, it } from 'vitest'
import { playBack, type Recorded } from '../exchange.fixture.ts'
import { adapterOf } from './index.ts'

// Exchanges written after what Amazon documents of ECR's API.

const refusal = (word: string, ask: string): Recorded => ({
  ask,
  status: 400,
  answer: { body: { __type: word, message: 'words of Amazon' } },
})

describe('what ECR says with 400 has the meaning of its word', () => {
  const url = 'https://api.ecr.us-east-1.amazonaws.com'
  const endpoint = { url, accessKey: 'A', accessSecret: 'S' }
  it.each([
    ['ThrottlingException', RateLimitedError],
    ['com.amazonaws.ecr#TooManyRequestsException', RateLimitedError],
    ['ServerException', UnavailableError],
    ['ServiceUnavailable', UnavailableError],
    ['AccessDeniedException', DeniedError],
    ['InvalidSignatureException', UnauthorizedError],
    ['RequestExpired', RegistryError],
  ])('%s', async (word, kind) => {
    const record = [refusal(word, `POST ${url}/`), refusal(word, `POST ${url}/`)]
    const tools = { ...playBack(record), nowMs: () => 0 }
    const { connect, prepare } = adapterOf('aws-ecr')
    const message = `of ECR answered 400: ${word.replace(/^.*#/, '')}`
    for (const work of [
      async () => connect(endpoint, tools),
      // What is denied there is told by the push.
      ...(kind === DeniedError
        ? []
        : [() => prepare!(endpoint, tools, 'team/app', AbortSignal.timeout(5_000))]),
    ]) {
      const error = await work().catch((cause: unknown) => cause)
      expect(error).toBeInstanceOf(kind)
      expect(error).toMatchObject({ status: 400, message: expect.stringMatching(`${message}$`) })
    }
  })

  it('a word that is not known is not repeated', async () => {
    const tools = { ...playBack([refusal('<b>Call 555', `POST ${url}/`)]), nowMs: () => 0 }
    await expect(async () => adapterOf('aws-ecr').connect(endpoint, tools)).rejects.toMatchObject({
      message: 'GetAuthorizationToken of ECR answered 400',
    })
  })
})

it('one password of ECR is bought for all who ask at the same time, and another when it is about to end', async () => {
  const url = 'https://123456789012.dkr.ecr.us-east-1.amazonaws.com'
  let nowMs = 0
  const answer = (password: string, expiresAt: number): Recorded => ({
    ask: 'POST https://api.ecr.us-east-1.amazonaws.com/',
    status: 200,
    answer: {
      body: {
        authorizationData: [
          {
            authorizationToken: Buffer.from(`AWS:${password}`).toString('base64'),
            expiresAt,
            proxyEndpoint: url,
          },
        ],
      },
    },
  })
  const { fetch, rest } = playBack([answer('one', 43_200), answer('two', 86_400)])
  const endpoint = { url, accessKey: 'A', accessSecret: 'S' }
  const { credentials } = await adapterOf('aws-ecr').connect(endpoint, { fetch, nowMs: () => nowMs })
  const ask = credentials as () => Promise<{ password: string }>
  nowMs = 43_200_000 - 60_000
  const bought = await Promise.all([ask(), ask(), ask()])
  expect([bought.map(({ password }) => password), rest()]).toEqual([['two', 'two', 'two'], 0])
})

it('a repository is made in the account that the address names; one that is there, or may not be made, is left to the push', async () => {
  const url = 'https://123456789012.dkr.ecr.us-east-1.amazonaws.com'
  const ask: Recorded = {
    ask: 'POST https://api.ecr.us-east-1.amazonaws.com/',
    headers: { 'x-amz-target': /CreateRepository$/ },
    body: '{"registryId":"123456789012","repositoryName":"team/app"}',
    status: 200,
  }
  const { headers, body } = ask
  const { fetch, rest } = playBack([
    ask,
    { ...refusal('RepositoryAlreadyExistsException', ask.ask), headers, body },
    { ...refusal('AccessDeniedException', ask.ask), headers, body },
    { ...ask, ask: 'POST https://api.ecr.eu-west-1.amazonaws.com/', body: '{"repositoryName":"team/app"}' },
  ])
  const prepare = (address: string) =>
    adapterOf('aws-ecr').prepare!(
      { url: address, accessKey: 'A', accessSecret: 'S' },
      { fetch, nowMs: () => 0 },
      'team/app',
      AbortSignal.timeout(5_000),
    )
  await prepare(url)
  await prepare(url)
  await prepare(url)
  await prepare('https://api.ecr.eu-west-1.amazonaws.com')
  expect(rest()).toBe(0)
})

describe('ECR is asked where it is, signed for its region', () => {
  const registry = 'https://123456789012.dkr.ecr.eu-west-1.amazonaws.com'
  const connect = (host: string, api: string, proxyEndpoint = registry) => {
    const pair = { authorizationToken: Buffer.from('AWS:x').toString('base64'), expiresAt: 43_200 }
    const { fetch } = playBack([
      {
        ask: `POST https://${api}/`,
        headers: { authorization: /Credential=A\/19700101\/eu-west-1\/ecr\/aws4_request,/ },
        status: 200,
        answer: { body: { authorizationData: [{ ...pair, proxyEndpoint }] } },
      },
    ])
    const endpoint = { url: `https://${host}`, accessKey: 'A', accessSecret: 'S' }
    return adapterOf('aws-ecr').connect(endpoint, { fetch, nowMs: () => 0 })
  }
  it.each([
    'api.ecr.eu-west-1.amazonaws.com',
    'ecr.eu-west-1.amazonaws.com',
    'ecr-fips.eu-west-1.amazonaws.com',
    'ecr.eu-west-1.api.aws',
    'vpce-0f1e-abcd.api.ecr.eu-west-1.vpce.amazonaws.com',
  ])('%s is its API, which tells where the images are', async (host) => {
    expect((await connect(host, host)).baseUrl).toBe(registry)
  })

  it.each([
    ['123456789012.dkr.ecr.eu-west-1.amazonaws.com', 'api.ecr.eu-west-1.amazonaws.com'],
    ['123456789012.dkr.ecr-fips.eu-west-1.amazonaws.com', 'ecr-fips.eu-west-1.amazonaws.com'],
    ['123456789012.dkr-ecr.eu-west-1.on.aws', 'ecr.eu-west-1.api.aws'],
    ['123456789012.dkr-ecr-fips.eu-west-1.on.aws', 'ecr-fips.eu-west-1.api.aws'],
  ])('%s has its API at %s', async (host, api) => {
    expect((await connect(host, api, `https://${host}`)).baseUrl).toBe(`https://${host}`)
  })

  it.each(['public.ecr.aws', 'vpce-0f1e.dkr.ecr.eu-west-1.vpce.amazonaws.com', 's3.amazonaws.com'])(
    '%s is refused',
    async (host) => {
      await expect(async () => connect(host, host)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    },
  )
})
