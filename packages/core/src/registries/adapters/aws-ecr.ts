import { createHash } from 'node:crypto'
import { errorFromAnswer, ProtocolError } from '@berth/registry-client'
import { badRequest } from '../../errors/index.ts'
import { askJson } from '../ask.ts'
import type { Adapter, Connection, Endpoint, Tools } from './adapter.ts'
import { signAws } from './aws-signature.ts'

const regions = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ca-central-1',
  'sa-east-1',
  'eu-central-1',
  'eu-north-1',
  'eu-south-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'af-south-1',
  'me-south-1',
  'ap-east-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
]
const API = /^api\.ecr\.([a-z0-9-]+)\.(amazonaws\.com(?:\.cn)?)$/
const REGISTRY = /^\d{12}\.dkr\.ecr\.([a-z0-9-]+)\.(amazonaws\.com(?:\.cn)?)$/
/** Passwords live for twelve hours; one that is about to end is not begun with. */
const SPARE_MS = 30 * 60_000

interface Password {
  username: string
  password: string
  /** Where the account's images are. */
  registryUrl: string
  endsAtMs: number
}

/**
 * Amazon's ECR: an access key buys a password for half a day. A repository has to be made before anything is pushed to it.
 * Only with keys: what a machine of Amazon's is by itself is asked at a link-local address, where Berth does not go.
 */
export const awsEcr: Adapter = {
  type: 'aws-ecr',
  async connect(endpoint, tools) {
    const passwords = new Passwords(endpoint, tools)
    const { registryUrl } = await passwords.current()
    const { hostname } = new URL(endpoint.url)
    return {
      baseUrl: API.test(hostname) ? registryUrl : endpoint.url,
      credentials: async () => {
        const { username, password } = await passwords.current()
        return { username, password }
      },
      allowRealm: () => false,
    } satisfies Connection
  },
  nameParts: 'any',
  listing: 'catalog',
  anonymous: false,
  deletes: { manifests: false, tags: false },
  chunks: false,
  labels: false,
  endpoints: {
    fixed: false,
    list: regions.map((region) => ({ key: region, value: `https://api.ecr.${region}.amazonaws.com` })),
  },
  async prepare(endpoint, tools, repository, signal) {
    const { status, headers, text } = await call(endpoint, tools, 'CreateRepository', {
      body: { repositoryName: repository },
      signal,
    })
    if (status === 200 || text.includes('RepositoryAlreadyExistsException')) return
    throw errorFromAnswer('CreateRepository of ECR', status, headers, '', tools.nowMs())
  },
}

/** One for all who ask at the same time, and for as long as it holds. */
class Passwords {
  private held: Promise<Password> | undefined
  private endpoint: Endpoint
  private tools: Tools
  constructor(endpoint: Endpoint, tools: Tools) {
    this.endpoint = endpoint
    this.tools = tools
  }

  async current(): Promise<Password> {
    const held = await this.held?.catch(() => undefined)
    if (held && held.endsAtMs - SPARE_MS > this.tools.nowMs()) return held
    this.held = buy(this.endpoint, this.tools)
    return this.held
  }
}

async function buy(endpoint: Endpoint, tools: Tools): Promise<Password> {
  const { status, headers, data } = await call(endpoint, tools, 'GetAuthorizationToken', { body: {} })
  if (status !== 200) {
    // Amazon answers 400 to keys that it does not know.
    const refused = status === 400 ? 401 : status
    throw errorFromAnswer('GetAuthorizationToken of ECR', refused, headers, '', tools.nowMs())
  }
  const [found] =
    (data as { authorizationData?: Record<string, unknown>[] } | undefined)?.authorizationData ?? []
  const pair = Buffer.from(String(found?.authorizationToken ?? ''), 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  const registryUrl = String(found?.proxyEndpoint ?? '')
  if (colon < 1 || !isOfAmazon(endpoint, registryUrl))
    throw new ProtocolError('ECR sent no password', { code: 'INVALID_ANSWER' })
  return {
    username: pair.slice(0, colon),
    password: pair.slice(colon + 1),
    registryUrl: registryUrl.replace(/\/$/, ''),
    // Seconds since the epoch.
    endsAtMs: Number(found?.expiresAt ?? 0) * 1_000,
  }
}

function isOfAmazon(endpoint: Endpoint, text: string): boolean {
  const url = URL.parse(text)
  if (!url) return false
  return REGISTRY.test(url.hostname) ? url.protocol === 'https:' : url.origin === new URL(endpoint.url).origin
}

function call(
  endpoint: Endpoint,
  { fetch, nowMs }: Tools,
  action: string,
  { body, signal }: { body: object; signal?: AbortSignal },
) {
  const { accessKey, accessSecret } = endpoint
  if (accessKey === '' || accessSecret === '') throw badRequest('ECR needs an access key and its secret')
  const url = new URL(endpoint.url)
  const found = API.exec(url.hostname) ?? REGISTRY.exec(url.hostname)
  // Anything else stands in for Amazon, as in tests, or is an endpoint of a private network.
  const region = found?.[1] ?? 'us-east-1'
  const api = found ? new URL(`https://api.ecr.${region}.${found[2]}/`) : new URL('/', url)
  const text = JSON.stringify(body)
  const headers = signAws({
    method: 'POST',
    url: api,
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AmazonEC2ContainerRegistry_V20150921.${action}`,
    },
    bodySha256: createHash('sha256').update(text).digest('hex'),
    region,
    service: 'ecr',
    accessKey,
    secretKey: accessSecret,
    at: new Date(nowMs()),
  })
  return askJson(fetch, api, { method: 'POST', headers, body: text, signal })
}
