import {
  type Digest,
  NotFoundError,
  ProtocolError,
  type RegistryClient,
  type RepositoryName,
  type Tag,
} from '@berth/registry-client'
import { mayAttach, taggedTo } from './attached.ts'
import type { Asked, Site } from './model.ts'
import { MAX_RETRY_AFTER_MS, steadily, steadyBytes } from './steadily.ts'

/** Instance ids of Berths; another registry passes it over. */
const SEEN_HEADER = 'berth-seen'
/** All tags that a manifest may have when it is deleted; a Berth keeps it where it has others. */
const TAGS_HEADER = 'berth-tags'
/** No tag is called so; a header that is empty may get lost on the way. */
const NO_TAGS = '-'
const PAGE = 1_000
const RESUME_ATTEMPTS = 4
/** Of one repository: they are all held in memory. */
export const MAX_TAGS = 1_000_000

export const tooManyTags = (repository: RepositoryName, maxTags: number): ProtocolError =>
  new ProtocolError(`${repository} has more than ${maxTags} tags`, { code: 'BODY_TOO_LARGE' })

export interface RemoteOptions {
  /** Id of the registry, never 0. */
  key: number
  client: RegistryClient
  pass?: Site['pass']
  /** Of one repository: a list that leads on for ever must not gather in memory. */
  maxTags?: number
  /** What the registry's own API can do better than the distribution API. */
  api?: Partial<Pick<Site, 'repositories' | 'tags' | 'tagsOn' | 'prepare' | 'deleteTag' | 'labels'>>
}

/** Another registry, by the distribution API; requests that may pass are repeated. */
export function remoteSite({ key, client, pass, maxTags = MAX_TAGS, api }: RemoteOptions): Site {
  const headOf = (repository: RepositoryName, reference: Tag | Digest, { signal }: Asked = {}) =>
    steadily(() => client.headManifest(repository, reference, { signal }), signal)
  const listed = attachingTags(client)
  return {
    key,
    pass,
    async *repositories({ onInvalid = () => {}, signal, at } = {}) {
      for await (const { items, invalid } of client.catalog({ pageSize: PAGE, signal, at })) {
        for (const name of invalid) onInvalid(name)
        yield items
      }
    },
    tags: async (repository, { signal, onInvalid = () => {} } = {}) => {
      const { facts, outside } = await steadily(async () => {
        const facts: { tag: Tag }[] = []
        const outside: string[] = []
        try {
          for await (const { items, invalid } of client.tags(repository, { pageSize: PAGE, signal })) {
            outside.push(...invalid)
            for (const tag of items) facts.push({ tag })
            if (facts.length + outside.length > maxTags) throw tooManyTags(repository, maxTags)
          }
        } catch (error) {
          if (!(error instanceof NotFoundError)) throw error
        }
        return { facts, outside }
      }, signal)
      for (const name of outside) onInvalid(name)
      listed.set(
        repository,
        facts.map(({ tag }) => tag),
      )
      return facts
    },
    head: headOf,
    manifest: (repository, reference, { signal } = {}) =>
      steadily(() => client.getManifest(repository, reference, { signal }), signal),
    async attached(repository, digest, { signal, tags } = {}) {
      const known = tags ?? listed.get(repository)
      const byTag = await taggedTo(digest, known, (tag) => headOf(repository, tag, { signal }))
      const named = await steadily(
        () => client.referrers(repository, digest, { signal, ...(known && { tags: known }) }),
        signal,
      )
      const tagged = new Set(byTag.map((one) => one.digest))
      return [
        ...byTag,
        ...named.filter((one) => !tagged.has(one.digest)).map((one) => ({ digest: one.digest, tags: [] })),
      ]
    },
    referrers: (repository, digest, options) =>
      steadily(
        async () => (await client.referrers(repository, digest, options)).map((one) => one.digest),
        options.signal,
      ),
    lacksReferrersApi: () => client.lacksReferrersApi(),
    hasBlob: (repository, digest, { signal } = {}) =>
      steadily(async () => (await client.headBlob(repository, digest, { signal })) !== undefined, signal),
    openBlob: async (repository, digest, offsetBytes, { signal } = {}) =>
      steadyBytes(
        async (firstByte) => {
          const range = firstByte > 0 ? { firstByte } : undefined
          // A part that breaks off is asked for again by `steadyBytes`, which waits in between.
          const options = { range, passOver: true, resumeAttempts: 0, signal }
          return (await client.getBlob(repository, digest, options)).stream
        },
        offsetBytes,
        signal,
      ),
    placeOf: async () => undefined,
    mount: (repository, digest, from, { signal } = {}) =>
      steadily(async () => {
        const result = await client.mountBlob(repository, digest, from, { signal })
        return result.mounted || result.session
      }, signal),
    abandon: (repository, session) => client.cancelUpload(repository, session),
    upload: (repository, digest, source, options = {}) =>
      client.uploadBlob(repository, digest, source, {
        keepUnfinished: true,
        ...options,
        resumeAttempts: RESUME_ATTEMPTS,
        maxRetryAfterMs: MAX_RETRY_AFTER_MS,
      }),
    put: (repository, reference, manifest, { seen, signal } = {}) =>
      steadily(async () => {
        const headers = seenHeaders(seen)
        const { subject } = await client.putManifest(repository, reference, manifest, { headers, signal })
        return { linked: subject !== undefined }
      }, signal),
    deleteTag: (repository, tag, { seen, signal } = {}) =>
      gone(() => client.deleteManifest(repository, tag, { headers: seenHeaders(seen), signal }), signal),
    deleteManifest: (repository, digest, { seen, tags, signal } = {}) => {
      const headers = { ...seenHeaders(seen), ...(tags && { [TAGS_HEADER]: tags.join(', ') || NO_TAGS }) }
      return gone(() => client.deleteManifest(repository, digest, { headers, signal }), signal)
    },
    prepare: async () => {},
    ...api,
  }
}

const seenHeaders = (seen: readonly string[] = []): Record<string, string> =>
  seen.length > 0 ? { [SEEN_HEADER]: seen.join(', ') } : {}

const LISTED_MS = 10 * 60_000
const LISTED = 1_000

interface Listed {
  get(repository: RepositoryName): ReadonlySet<string> | undefined
  set(repository: RepositoryName, tags: readonly Tag[]): void
}
const lists = new WeakMap<RegistryClient, Listed>()

/**
 * Those tags by which something is attached, of repositories that were listed a moment ago: who plans copies has just done
 * so, and each copy need not ask. What is attached meanwhile the next run finds.
 */
function attachingTags(client: RegistryClient): Listed {
  const open = lists.get(client)
  if (open) return open
  const known = new Map<RepositoryName, { tags: ReadonlySet<string>; untilMs: number }>()
  const listed: Listed = {
    get(repository) {
      const entry = known.get(repository)
      return entry && entry.untilMs > performance.now() ? entry.tags : undefined
    },
    set(repository, tags) {
      known.delete(repository)
      known.set(repository, {
        tags: new Set(tags.filter((tag) => mayAttach(tag))),
        untilMs: performance.now() + LISTED_MS,
      })
      if (known.size > LISTED) known.delete(known.keys().next().value!)
    },
  }
  lists.set(client, listed)
  return listed
}

/** What is not there any more counts as deleted. */
const gone = (remove: () => Promise<void>, signal: AbortSignal | undefined): Promise<void> =>
  steadily(
    () =>
      remove().catch((error) => {
        if (!(error instanceof NotFoundError)) throw error
      }),
    signal,
  )
