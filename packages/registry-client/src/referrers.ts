import { readBytes, readErrorText } from './body.ts'
import { errorFromAnswer, ProtocolError, RegistryError } from './errors.ts'
import type { Answer } from './exchange.ts'
import { type Descriptor, parseManifest } from './manifest.ts'
import { getManifest, type ManifestLimits } from './manifests.ts'
import { baseMediaType, MEDIA_TYPES } from './media-types.ts'
import { nextPage, orUndefined } from './pages.ts'
import { type Digest, type RepositoryName, referrersTag } from './reference.ts'
import { pullScope } from './scopes.ts'
import type { Transport } from './transport.ts'

export interface ReferrersOptions {
  /** Only referrers of this type; filtered here when the registry does not. */
  artifactType?: string
  /** The repository's tags, where they are known: without its tag there is no list to read. */
  tags?: ReadonlySet<string>
  signal?: AbortSignal
}

const MAX_PAGES = 100
/** Of one manifest: they are all held in memory. */
const MAX_REFERRERS = 10_000
const ASK_AGAIN_MS = 10 * 60_000

/** Registries that surely do not know the API at all, and until when that is believed. */
const withoutApi = new WeakMap<Transport, number>()

export const lacksReferrersApi = (transport: Transport): boolean =>
  (withoutApi.get(transport) ?? 0) >= performance.now()

/**
 * What refers to a digest: signatures, SBOMs, attestations. Asks the referrers API and, where the registry has none, reads the
 * index under the tag `<algorithm>-<hex>` (OCI distribution-spec "Referrers Tag Schema"). Empty when there is nothing.
 */
export async function listReferrers(
  transport: Transport,
  limits: ManifestLimits,
  repository: RepositoryName,
  digest: Digest,
  options: ReferrersOptions = {},
): Promise<Descriptor[]> {
  const found =
    (lacksReferrersApi(transport)
      ? undefined
      : await fromApi(transport, limits, repository, digest, options)) ??
    (await fromTag(transport, limits, repository, digest, options))
  const { artifactType } = options
  return artifactType === undefined ? found : found.filter((item) => item.artifactType === artifactType)
}

async function fromApi(
  transport: Transport,
  limits: ManifestLimits,
  repository: RepositoryName,
  digest: Digest,
  options: ReferrersOptions,
): Promise<Descriptor[] | undefined> {
  const first = new URL(`v2/${repository}/referrers/${digest}`, transport.registry)
  if (options.artifactType !== undefined) first.searchParams.set('artifactType', options.artifactType)
  const found: Descriptor[] = []
  let url: URL | undefined = first
  for (let page = 0; url !== undefined; page += 1) {
    if (page >= MAX_PAGES)
      throw new ProtocolError(`the list ${first.pathname} has more than ${MAX_PAGES} pages`, {
        code: 'LIST_WITHOUT_END',
      })
    const answer = await answerOrUndefined(transport, url, repository, options.signal)
    if (answer === undefined) return undefined
    const bytes = await readBytes(answer, limits.maxManifestBytes)
    // Old proxies answer 200 with a page of their own; only an index is an answer.
    if (baseMediaType(answer.headers.get('content-type')) !== MEDIA_TYPES.ociIndex) return undefined
    for (const one of readIndex(bytes)) found.push(one)
    if (found.length > MAX_REFERRERS)
      throw new ProtocolError(`${digest} has more than ${MAX_REFERRERS} referrers`, {
        code: 'LIST_WITHOUT_END',
      })
    url = nextPage(answer.headers.get('link'), url, first)
  }
  return found
}

async function answerOrUndefined(
  transport: Transport,
  url: URL,
  repository: RepositoryName,
  signal: AbortSignal | undefined,
) {
  try {
    const headers = { accept: MEDIA_TYPES.ociIndex }
    const scopes = pullScope(repository)
    const answer = await transport.call({ method: 'GET', url, headers, scopes, ok: [200, 404], signal })
    if (answer.status === 200) return answer
    if (await isUnknownPath(answer)) noteWithoutApi(transport)
    return undefined
  } catch (error) {
    // Besides 404, registries that predate the API are met with 405 and 400 UNSUPPORTED.
    if (!(error instanceof RegistryError) || ![405, 400].includes(error.status ?? 0)) throw error
    if (error.code === 'UNSUPPORTED' || error.status === 405) noteWithoutApi(transport)
    return undefined
  }
}

/**
 * A path that the registry itself does not know: it says who it is, and names no code. What lacks a repository or manifest has
 * codes of its own, and a 404 that says nothing may be that of a proxy whose registry is away for a moment.
 */
async function isUnknownPath(answer: Answer): Promise<boolean> {
  const { headers } = answer
  const { code } = errorFromAnswer('', answer.status, headers, await readErrorText(answer), 0)
  if (code !== 'NOT_FOUND') return code === 'UNSUPPORTED'
  return headers.has('docker-distribution-api-version') && !/html/i.test(headers.get('content-type') ?? '')
}

const noteWithoutApi = (transport: Transport) => withoutApi.set(transport, performance.now() + ASK_AGAIN_MS)

async function fromTag(
  transport: Transport,
  limits: ManifestLimits,
  repository: RepositoryName,
  digest: Digest,
  options: ReferrersOptions,
): Promise<Descriptor[]> {
  if (options.tags && !options.tags.has(referrersTag(digest))) return []
  const accept = [MEDIA_TYPES.ociIndex]
  const manifest = await orUndefined(
    getManifest(transport, limits, repository, referrersTag(digest), { accept, signal: options.signal }),
  )
  // Someone may own a tag of that name for other reasons; that is no list of referrers.
  if (manifest === undefined || manifest.mediaType !== MEDIA_TYPES.ociIndex) return []
  return readIndex(manifest.bytes)
}

function readIndex(bytes: Uint8Array): Descriptor[] {
  try {
    const index = parseManifest(bytes, MEDIA_TYPES.ociIndex, { maxBytes: bytes.byteLength })
    return index.kind === 'index' ? index.manifests : []
  } catch (cause) {
    throw new ProtocolError('the list of referrers is not a valid index', { code: 'INVALID_ANSWER', cause })
  }
}
