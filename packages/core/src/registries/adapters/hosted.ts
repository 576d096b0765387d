import { errorFromAnswer } from '@berth/registry-client'
import { askJson } from '../ask.ts'
import { type Adapter, basicCredentials, belongsTo, type Endpoint } from './adapter.ts'
import { namesIn, pagesOf } from './listing.ts'

const connect = (endpoint: Endpoint) => ({
  baseUrl: endpoint.url,
  ...basicCredentials(endpoint),
  // Their tokens come from the registry's own host; from others nothing is asked.
  allowRealm: () => false,
})

/** GitHub: a personal access token is the password; packages are deleted through GitHub's own API only. */
export const githubGhcr: Adapter = {
  type: 'github-ghcr',
  connect,
  nameParts: 'at-least-two',
  listing: 'none',
  anonymous: true,
  deletes: { manifests: false, tags: false },
  chunks: false,
  labels: false,
  endpoints: { fixed: true, list: [{ key: 'ghcr.io', value: 'https://ghcr.io' }] },
}

/** Quay: a robot's name and token, or `$oauthtoken` and an application's token. */
export const quay: Adapter = {
  type: 'quay',
  // It knows the actions pull, push and *, and refuses every other as an invalid question. Who may push may delete.
  connect: (endpoint) => ({ ...connect(endpoint), deleteActions: 'pull,push' }),
  nameParts: 'at-least-two',
  // Its catalog leaves out what is private. Its API tells that to an application's token; it lets no robot in.
  listing: 'namespace',
  async *repositoriesIn({ url, accessKey, accessSecret }, { fetch, nowMs }, namespace, signal) {
    const headers: Record<string, string> =
      accessKey === '$oauthtoken' ? { authorization: `Bearer ${accessSecret}` } : {}
    yield* pagesOf(namespace, '', async (page) => {
      const query = { namespace, public: 'true', ...(page !== '' && { next_page: page }) }
      const asked = new URL(`${url}/api/v1/repository?${new URLSearchParams(query)}`)
      const { status, headers: answered, data } = await askJson(fetch, asked, { headers, signal })
      if (status !== 200) throw errorFromAnswer(`the list of ${namespace}`, status, answered, '', nowMs())
      const { repositories, next_page: next } = (data ?? {}) as {
        repositories?: unknown
        next_page?: unknown
      }
      const images = Array.isArray(repositories)
        ? repositories.filter((row: { kind?: unknown } | null) => (row?.kind ?? 'image') === 'image')
        : repositories
      return {
        names: namesIn(namespace, images),
        next: typeof next === 'string' && next !== '' ? next : undefined,
      }
    })
  },
  anonymous: true,
  deletes: { manifests: true, tags: true },
  chunks: false,
  labels: false,
  endpoints: { fixed: false, list: [{ key: 'quay.io', value: 'https://quay.io' }] },
}

/** GitLab: its tokens come from GitLab itself, which is on another host than its registry. */
export const gitlab: Adapter = {
  type: 'gitlab',
  connect(endpoint) {
    const ofOne = belongsTo(endpoint.url)
    return {
      ...connect(endpoint),
      allowRealm: (realm) => realm.pathname === '/jwt/auth' && ofOne(realm),
    }
  },
  nameParts: 'at-least-two',
  // Its catalog is for the administrators of the whole installation.
  listing: 'none',
  anonymous: true,
  deletes: { manifests: true, tags: true },
  chunks: false,
  labels: false,
  endpoints: { fixed: false, list: [{ key: 'gitlab.com', value: 'https://registry.gitlab.com' }] },
}

/** Azure: an administrator's or a service principal's name and password; tokens from the registry's own host. */
export const azureAcr: Adapter = {
  type: 'azure-acr',
  connect,
  nameParts: 'any',
  listing: 'catalog',
  anonymous: false,
  deletes: { manifests: true, tags: false },
  chunks: false,
  labels: false,
}
