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
      () => prepare!(endpoint, tools, 'team/app', AbortSignal.timeout(5_000)),
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
