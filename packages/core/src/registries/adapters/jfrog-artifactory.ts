import { errorFromAnswer } from '@berth/registry-client'
import { askJson } from '../ask.ts'
import { type Adapter, basicCredentials, belongsTo, type Endpoint, type Tools } from './adapter.ts'
import { namesIn, pagesOf } from './listing.ts'

/** As many names as one question asks for. */
const PAGE = 1_000

/** Artifactory, by the repository-path method: the first part of a name is the key of one of Artifactory's repositories. */
export const jfrogArtifactory: Adapter = {
  type: 'jfrog-artifactory',
  connect: (endpoint) => ({
    baseUrl: endpoint.url,
    ...basicCredentials(endpoint),
    allowRealm: belongsTo(endpoint.url),
  }),
  nameParts: 'at-least-two',
  listing: 'namespace',
  repositoriesIn,
  anonymous: false,
  deletes: { manifests: true, tags: false },
  chunks: false,
  labels: false,
}

/** Each of its repositories has a catalog, of names without the key; there is none of all: `GET /api/docker/{key}/v2/_catalog`. */
async function* repositoriesIn(
  endpoint: Endpoint,
  { fetch, nowMs }: Tools,
  key: string,
  signal: AbortSignal,
): AsyncGenerator<string[]> {
  const catalog = `${endpoint.url}/artifactory/api/docker/${encodeURIComponent(key)}/v2/_catalog`
  const headers = authorization(endpoint)
  yield* pagesOf(key, '', async (last) => {
    const query = new URLSearchParams({ n: String(PAGE), ...(last !== '' && { last }) })
    const {
      status,
      headers: answered,
      data,
    } = await askJson(fetch, new URL(`${catalog}?${query}`), { headers, signal })
    if (status !== 200) throw errorFromAnswer(`the list of ${key}`, status, answered, '', nowMs())
    const { repositories } = (data ?? {}) as { repositories?: unknown }
    const rows = Array.isArray(repositories) ? repositories.map((name: unknown) => ({ name })) : undefined
    const names = namesIn(key, rows)
    // One that knows no pages answers with all at once, be they more than were asked for.
    const more = rows?.length === PAGE || answered.has('link')
    return { names, next: more ? names.at(-1)?.slice(key.length + 1) : undefined }
  })
}

const authorization = ({ accessKey, accessSecret }: Endpoint): Record<string, string> =>
  accessKey === '' && accessSecret === ''
    ? {}
    : { authorization: `Basic ${Buffer.from(`${accessKey}:${accessSecret}`, 'utf8').toString('base64')}` }
