import { createHash } from 'node:crypto'
import {
  DeniedError,
  errorFromAnswer,
  ProtocolError,
  RateLimitedError,
  RegistryError,
  UnauthorizedError,
  UnavailableError,
} from '@berth/registry-client'
import { badRequest } from '../../errors/index.ts'
import { askJson, type Told } from '../ask.ts'
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
/** Where ECR's API is: https://docs.aws.amazon.com/general/latest/gr/ecr.html, and a private network's own way to it. */
const API =
  /^(?:vpce-[a-z0-9-]+\.)?(?:api\.ecr|ecr|ecr-fips|api\.ecr-fips)\.(?<region>[a-z0-9-]+)\.(?:(?:vpce\.)?amazonaws\.com(?:\.cn)?|api\.aws|api\.amazonwebservices\.com\.cn)$/
/** Where an account's images are. */
const REGISTRY =
  /^(?<account>\d{12})\.dkr[.-]ecr(?<fips>-fips)?\.(?<region>[a-z0-9-]+)\.(?<domain>amazonaws\.com|amazonaws\.com\.cn|on\.aws|on\.amazonwebservices\.com\.cn)$/
const AMAZON = /\.(amazonaws\.com|amazonaws\.com\.cn|aws|amazonwebservices\.com\.cn)$/
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
    // Keys may have a right to the registry of another account, which its address names.
    const account = REGISTRY.exec(new URL(endpoint.url).hostname)?.groups?.account
    const body = { ...(account && { registryId: account }), repositoryName: repository }
    const told = await call(endpoint, tools, 'CreateRepository', { body, signal })
    if (told.status === 200 || wordOf(told) === 'RepositoryAlreadyExistsException') return
    const error = errorOf('CreateRepository', told, tools)
    // Who may only push needs no more for a repository that is there; for another the push says that it is missing.
    if (!(error instanceof DeniedError)) throw error
  },
}

/** One for all who ask at the same time, and for as long as it holds. */
class Passwords {
  private held: Password | undefined
  private buying: Promise<Password> | undefined
  private endpoint: Endpoint
  private tools: Tools
  constructor(endpoint: Endpoint, tools: Tools) {
    this.endpoint = endpoint
    this.tools = tools
  }

  async current(): Promise<Password> {
    if (this.held && this.held.endsAtMs - SPARE_MS > this.tools.nowMs()) return this.held
    this.buying ??= this.buy()
    return this.buying
  }

  private async buy(): Promise<Password> {
    try {
      this.held = await buy(this.endpoint, this.tools)
      return this.held
    } finally {
      this.buying = undefined
    }
  }
}

async function buy(endpoint: Endpoint, tools: Tools): Promise<Password> {
  const told = await call(endpoint, tools, 'GetAuthorizationToken', { body: {} })
  if (told.status !== 200) throw errorOf('GetAuthorizationToken', told, tools)
  const data = told.data
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

/** Amazon's word for what is wrong, which comes with 400 for nearly everything. */
function wordOf({ data }: Told): string {
  const type = (data as { __type?: unknown } | undefined)?.__type
  // Some services write a namespace before it.
  return typeof type === 'string' ? type.slice(type.lastIndexOf('#') + 1) : ''
}

/** What Amazon's words mean; others are no reason to ask again. */
const meanings: [RegExp, typeof RegistryError, string][] = [
  [
    /^(Throttling(Exception)?|TooManyRequestsException|RequestLimitExceeded)$/,
    RateLimitedError,
    'TOOMANYREQUESTS',
  ],
  [/^(ServerException|ServiceUnavailable(Exception)?|InternalFailure)$/, UnavailableError, 'UNAVAILABLE'],
  [/^(AccessDenied(Exception)?|OptInRequired)$/, DeniedError, 'DENIED'],
  [
    /^(UnrecognizedClientException|InvalidSignatureException|InvalidClientTokenId|IncompleteSignature|ExpiredTokenException)$/,
    UnauthorizedError,
    'UNAUTHORIZED',
  ],
  [
    /^(RequestExpired|LimitExceededException|InvalidParameterException|InvalidTagParameterException|KmsException|RepositoryNotFoundException)$/,
    RegistryError,
    'UNKNOWN',
  ],
]

/** Names Amazon's word where it is one of those above: nothing else that it writes is repeated. */
function errorOf(action: string, told: Told, { nowMs }: Tools): RegistryError {
  const { status, headers } = told
  const word = wordOf(told)
  const what = `${action} of ECR`
  const plain = errorFromAnswer(what, status, headers, '', nowMs())
  const [, ErrorType, code] = meanings.find(([words]) => words.test(word)) ?? []
  if (!ErrorType || !code) return plain
  const { retryAfterMs } = plain
  return new ErrorType(`${plain.message}: ${word}`, {
    code,
    status,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  })
}

function isOfAmazon(endpoint: Endpoint, text: string): boolean {
  const url = URL.parse(text)
  if (!url) return false
  return REGISTRY.test(url.hostname) ? url.protocol === 'https:' : url.origin === new URL(endpoint.url).origin
}

/** @throws DomainError BAD_REQUEST for a host of Amazon's that is none of ECR's */
function apiOf(url: URL): { region: string; api: URL } {
  const found = REGISTRY.exec(url.hostname)?.groups
  if (found) {
    const { region = '', domain = '', fips = '' } = found
    const both = domain.startsWith('on.')
    const name = both || fips ? `ecr${fips}` : 'api.ecr'
    return {
      region,
      api: new URL(`https://${name}.${region}.${both ? domain.replace('on.', 'api.') : domain}/`),
    }
  }
  const region = API.exec(url.hostname)?.groups?.region
  // What is not Amazon's stands in for it, as in tests.
  if (region === undefined && AMAZON.test(url.hostname))
    throw badRequest(`${url.hostname} is no address of ECR's that Berth knows a region of`)
  return { region: region ?? 'us-east-1', api: new URL('/', url) }
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
  const { region, api } = apiOf(url)
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
