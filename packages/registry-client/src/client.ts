import { createAuthorizer } from './authorizer.ts'
import type { BlobSource } from './blob-source.ts'
import { type UploadOptions, type UploadResult, uploadBlob } from './blob-upload.ts'
import {
  type BlobContent,
  type BlobInfo,
  deleteBlob,
  type GetBlobOptions,
  getBlob,
  headBlob,
} from './blobs.ts'
import { createExchange } from './exchange.ts'
import { DEFAULT_MAX_MANIFEST_BYTES, type Descriptor } from './manifest.ts'
import {
  deleteManifest,
  type FetchedManifest,
  getManifest,
  headManifest,
  type ManifestInfo,
  type ManifestOptions,
  type PutOptions,
  type PutResult,
  putManifest,
} from './manifests.ts'
import { keepingFetch } from './node-fetch.ts'
import { type ListOptions, listCatalog, listTags, type Page } from './pages.ts'
import type { Digest, RepositoryName, Tag } from './reference.ts'
import { lacksReferrersApi, listReferrers, type ReferrersOptions } from './referrers.ts'
import { createTokenCache, type TokenCache } from './token-cache.ts'
import type { CredentialSource } from './token-endpoint.ts'
import { createTransport } from './transport.ts'
import { cancelUpload, type MountResult, mountBlob, type UploadSession } from './upload-session.ts'

export interface RegistryClientOptions {
  /** Root of the registry, http or https, for example `https://registry.example.com`. */
  baseUrl: string | URL
  /** Stands in for `keepingFetch`: proxies, own certificate authorities, address filters. */
  fetch?: typeof globalThis.fetch
  /** In its place for redirects and upload locations on other hosts, which the registry chooses: to judge them more strictly. */
  fetchElsewhere?: typeof globalThis.fetch
  /** For Basic, or for the token endpoint the registry names. An identity token is an OAuth2 refresh token. */
  credentials?: CredentialSource
  /** Gives a bearer token for exactly these scopes, before every request; no token endpoint is asked then. */
  token?: (scopes: readonly string[]) => Promise<string>
  /**
   * Says whether a token endpoint on another host than the registry's may be asked, with the credentials if there are any.
   * Without it such hosts are asked only anonymously and only over https. Docker Hub needs it: its realm is auth.docker.io.
   */
  allowRealm?: (realm: URL) => boolean
  /** What a token for the deletion of a manifest is asked for, where that is not `delete`: actions with commas between them. */
  deleteActions?: string
  /** May veto redirects and upload locations on other hosts; they never get the Authorization header. */
  allowRedirect?: (target: URL) => boolean
  /** Share one to let several clients use the same tokens. */
  tokenCache?: TokenCache
  /** The longest silence in any direction, not the length of a transfer. Default 30,000 ms. */
  timeoutMs?: number
  userAgent?: string
  /** Larger manifests are refused. Default 4 MiB. */
  maxManifestBytes?: number
  /** Ms since the epoch; a clock for tests. */
  nowMs?: () => number
}

interface Abortable {
  signal?: AbortSignal
}

/** All methods throw RegistryError or one of its kinds (errors.ts), and the signal's reason when aborted. */
export interface RegistryClient {
  /** Succeeds when `/v2/` answers 200, after signing in where the registry asks for it. */
  ping(options?: Abortable): Promise<void>
  catalog(options?: ListOptions): AsyncGenerator<Page<RepositoryName>>
  tags(repository: RepositoryName, options?: ListOptions): AsyncGenerator<Page<Tag>>
  /** Undefined when there is no such manifest. */
  headManifest(
    repository: RepositoryName,
    reference: Tag | Digest,
    options?: ManifestOptions,
  ): Promise<ManifestInfo | undefined>
  getManifest(
    repository: RepositoryName,
    reference: Tag | Digest,
    options?: ManifestOptions,
  ): Promise<FetchedManifest>
  putManifest(
    repository: RepositoryName,
    reference: Tag | Digest,
    manifest: { bytes: Uint8Array; mediaType: string },
    options?: PutOptions,
  ): Promise<PutResult>
  deleteManifest(
    repository: RepositoryName,
    reference: Digest | Tag,
    options?: Abortable & { headers?: Record<string, string> },
  ): Promise<void>
  /** Undefined when the repository has no such blob. */
  headBlob(repository: RepositoryName, digest: Digest, options?: Abortable): Promise<BlobInfo | undefined>
  getBlob(repository: RepositoryName, digest: Digest, options?: GetBlobOptions): Promise<BlobContent>
  uploadBlob(
    repository: RepositoryName,
    digest: Digest,
    content: BlobSource | Uint8Array,
    options?: UploadOptions,
  ): Promise<UploadResult>
  mountBlob(
    repository: RepositoryName,
    digest: Digest,
    from: RepositoryName,
    options?: Abortable,
  ): Promise<MountResult>
  /** For an upload that a mount opened and nobody wants. Never fails: what cannot be dropped expires by itself. */
  cancelUpload(repository: RepositoryName, session: UploadSession): Promise<void>
  deleteBlob(repository: RepositoryName, digest: Digest, options?: Abortable): Promise<void>
  referrers(repository: RepositoryName, digest: Digest, options?: ReferrersOptions): Promise<Descriptor[]>
  /** It has said so within the last ten minutes: of what has no list under its own tag nobody asks for `referrers`. */
  lacksReferrersApi(): boolean
}

const DEFAULT_TIMEOUT_MS = 30_000

export function createRegistryClient(options: RegistryClientOptions): RegistryClient {
  const registry = parseBaseUrl(options.baseUrl)
  const nowMs = options.nowMs ?? Date.now
  const exchangeBy = (fetch: typeof globalThis.fetch) =>
    createExchange({
      fetch,
      timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      userAgent: options.userAgent ?? 'berth-registry-client',
    })
  const exchange = exchangeBy(options.fetch ?? keepingFetch)
  const elsewhere = options.fetchElsewhere ? exchangeBy(options.fetchElsewhere) : exchange
  const { credentials, token, allowRealm, allowRedirect, deleteActions } = options
  const cache = options.tokenCache ?? createTokenCache({ nowMs })
  const authorizer = createAuthorizer({ registry, credentials, token, allowRealm, cache, exchange, nowMs })
  const transport = createTransport({ registry, exchange, elsewhere, authorizer, allowRedirect, nowMs })
  const limits = { maxManifestBytes: options.maxManifestBytes ?? DEFAULT_MAX_MANIFEST_BYTES }

  return {
    async ping({ signal } = {}) {
      const url = new URL('v2/', registry)
      const answer = await transport.call({ method: 'GET', url, scopes: [], ok: [200], signal })
      await answer.discard()
    },
    catalog: (list) => listCatalog(transport, list),
    tags: (repository, list) => listTags(transport, repository, list),
    headManifest: (...ask) => headManifest(transport, limits, ...ask),
    getManifest: (...ask) => getManifest(transport, limits, ...ask),
    putManifest: (...ask) => putManifest(transport, ...ask),
    deleteManifest: (...ask) => deleteManifest(transport, { deleteActions }, ...ask),
    headBlob: (...ask) => headBlob(transport, ...ask),
    getBlob: (...ask) => getBlob(transport, ...ask),
    uploadBlob: (...ask) => uploadBlob(transport, ...ask),
    mountBlob: (...ask) => mountBlob(transport, ...ask),
    cancelUpload: (...ask) => cancelUpload(transport, ...ask),
    deleteBlob: (...ask) => deleteBlob(transport, ...ask),
    referrers: (...ask) => listReferrers(transport, limits, ...ask),
    lacksReferrersApi: () => lacksReferrersApi(transport),
  }
}

/** @throws TypeError for anything but an http(s) URL without credentials */
function parseBaseUrl(input: string | URL): URL {
  const url = new URL(input)
  if ((url.protocol !== 'http:' && url.protocol !== 'https:') || url.username !== '' || url.password !== '') {
    throw new TypeError('baseUrl must be an http or https URL without credentials')
  }
  url.search = ''
  url.hash = ''
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return url
}
