import { errorFromAnswer, ProtocolError } from '@berth/registry-client'
import { askJson } from '../ask.ts'
import { type Adapter, basicCredentials, type Endpoint, type Tools } from './adapter.ts'
import { namesIn, pagesOf } from './listing.ts'

const REGISTRY = 'https://registry-1.docker.io'
const API = 'https://hub.docker.com/v2'
const AUTH_HOST = 'auth.docker.io'
/** What people take for its address. */
const NAMES = ['hub.docker.com', 'docker.io', 'index.docker.io', 'www.docker.com', 'registry.hub.docker.com']

/** Docker Hub: its images are on another host than its pages, its tokens on a third. */
export const dockerHub: Adapter = {
  type: 'docker-hub',
  connect(endpoint) {
    const { hostname } = new URL(endpoint.url)
    return {
      baseUrl: NAMES.includes(hostname) ? REGISTRY : endpoint.url,
      ...basicCredentials(endpoint),
      allowRealm: ({ host, protocol }) => protocol === 'https:' && host === AUTH_HOST,
    }
  },
  nameParts: 'two',
  listing: 'namespace',
  repositoriesIn,
  anonymous: true,
  deletes: { manifests: false, tags: false },
  chunks: false,
  labels: false,
  endpoints: { fixed: true, list: [{ key: 'hub.docker.com', value: 'https://hub.docker.com' }] },
}

/** By the Hub's own API, at its one address whatever an answer says: `GET /v2/namespaces/{namespace}/repositories`. */
async function* repositoriesIn(
  endpoint: Endpoint,
  tools: Tools,
  namespace: string,
  signal: AbortSignal,
): AsyncGenerator<string[]> {
  const { origin, hostname } = new URL(endpoint.url)
  if (origin !== REGISTRY && !NAMES.includes(hostname))
    throw new ProtocolError('only Docker Hub itself lists a namespace', { code: 'UNSUPPORTED' })
  const headers = await authorization(endpoint, tools, signal)
  yield* pagesOf(namespace, '1', async (page) => {
    const url = new URL(`${API}/namespaces/${encodeURIComponent(namespace)}/repositories`)
    url.search = String(new URLSearchParams({ page, page_size: '100' }))
    const { status, headers: answered, data } = await askJson(tools.fetch, url, { headers, signal })
    if (status !== 200) throw errorFromAnswer(`the list of ${namespace}`, status, answered, '', tools.nowMs())
    const { results, next } = (data ?? {}) as { results?: unknown; next?: unknown }
    return { names: namesIn(namespace, results), next: next ? String(Number(page) + 1) : undefined }
  })
}

/** `POST /v2/auth/token`; without credentials what is public is listed. */
async function authorization(
  { accessKey, accessSecret }: Endpoint,
  { fetch, nowMs }: Tools,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  if (accessKey === '' && accessSecret === '') return {}
  const { status, headers, data } = await askJson(fetch, new URL(`${API}/auth/token`), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ identifier: accessKey, secret: accessSecret }),
    signal,
  })
  if (status !== 200) throw errorFromAnswer('the sign-in to Docker Hub', status, headers, '', nowMs())
  const { access_token: token } = (data ?? {}) as { access_token?: unknown }
  if (typeof token !== 'string' || !/^[\w.~+/=-]+$/.test(token))
    throw new ProtocolError('Docker Hub sent no token', { code: 'INVALID_ANSWER' })
  return { authorization: `Bearer ${token}` }
}
