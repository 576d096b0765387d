import {
  type Digest,
  NotFoundError,
  type RegistryClient,
  type RepositoryName,
  type Tag,
} from '@berth/registry-client'
import { taggedTo } from './attached.ts'
import type { Asked, Site } from './model.ts'
import { MAX_RETRY_AFTER_MS, steadily, steadyBytes } from './steadily.ts'

/** Instance ids of Berths; another registry passes it over. */
const SEEN_HEADER = 'berth-seen'
const PAGE = 1_000
const RESUME_ATTEMPTS = 4

export interface RemoteOptions {
  /** Id of the registry, never 0. */
  key: number
  client: RegistryClient
  pass?: Site['pass']
  /** What the registry's own API can do better than the distribution API. */
  api?: Partial<Pick<Site, 'repositories' | 'tags' | 'prepare' | 'deleteTag'>>
}

/** Another registry, by the distribution API; requests that may pass are repeated. */
export function remoteSite({ key, client, pass, api }: RemoteOptions): Site {
  const headOf = (repository: RepositoryName, reference: Tag | Digest, { signal }: Asked = {}) =>
    steadily(() => client.headManifest(repository, reference, { signal }), signal)
  const listed = rememberTags()
  return {
    key,
    pass,
    async *repositories({ signal } = {}) {
      for await (const { items } of client.catalog({ pageSize: PAGE, signal })) yield items
    },
    tags: async (repository, { signal } = {}) => {
      const facts = await steadily(async () => {
        const facts: { tag: Tag }[] = []
        try {
          for await (const { items } of client.tags(repository, { pageSize: PAGE, signal }))
            for (const tag of items) facts.push({ tag })
        } catch (error) {
          if (!(error instanceof NotFoundError)) throw error
        }
        return facts
      }, signal)
      listed.set(repository, new Set(facts.map(({ tag }) => tag)))
      return facts
    },
    head: headOf,
    manifest: (repository, reference, { signal } = {}) =>
      steadily(() => client.getManifest(repository, reference, { signal }), signal),
    async attached(repository, digest, { signal, tags } = {}) {
      const byTag = await taggedTo(digest, tags ?? listed.get(repository), (tag) =>
        headOf(repository, tag, { signal }),
      )
      const named = await steadily(() => client.referrers(repository, digest, { signal }), signal)
      const tagged = new Set(byTag.map((one) => one.digest))
      return [
        ...byTag,
        ...named.filter((one) => !tagged.has(one.digest)).map((one) => ({ digest: one.digest, tags: [] })),
      ]
    },
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
    upload: (repository, digest, source, options = {}) =>
      client.uploadBlob(repository, digest, source, {
        ...options,
        keepUnfinished: true,
        resumeAttempts: RESUME_ATTEMPTS,
        maxRetryAfterMs: MAX_RETRY_AFTER_MS,
      }),
    put: (repository, reference, manifest, { seen, signal } = {}) =>
      steadily(async () => {
        const headers: Record<string, string> = seen?.length ? { [SEEN_HEADER]: seen.join(', ') } : {}
        const { subject } = await client.putManifest(repository, reference, manifest, { headers, signal })
        return { linked: subject !== undefined }
      }, signal),
    deleteTag: (repository, tag, { signal } = {}) =>
      gone(() => client.deleteManifest(repository, tag, { signal }), signal),
    deleteManifest: (repository, digest, { signal } = {}) =>
      gone(() => client.deleteManifest(repository, digest, { signal }), signal),
    prepare: async () => {},
    ...api,
  }
}

const LISTED_MS = 60_000
const LISTED = 100

/** The tags of repositories that were listed a moment ago: who plans copies has just done so, and each copy need not ask. */
function rememberTags() {
  const known = new Map<RepositoryName, { tags: ReadonlySet<string>; untilMs: number }>()
  return {
    get(repository: RepositoryName) {
      const entry = known.get(repository)
      return entry && entry.untilMs > performance.now() ? entry.tags : undefined
    },
    set(repository: RepositoryName, tags: ReadonlySet<string>) {
      known.delete(repository)
      known.set(repository, { tags, untilMs: performance.now() + LISTED_MS })
      if (known.size > LISTED) known.delete(known.keys().next().value!)
    },
  }
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
