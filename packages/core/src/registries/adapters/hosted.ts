import { type Adapter, basicCredentials, belongsTo, type Endpoint } from './adapter.ts'

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
  connect,
  nameParts: 'at-least-two',
  // Its catalog leaves out what is private.
  listing: 'none',
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

/** Artifactory, by the repository-path method: the first part of a name is Artifactory's repository. */
export const jfrogArtifactory: Adapter = {
  type: 'jfrog-artifactory',
  connect: (endpoint) => ({ ...connect(endpoint), allowRealm: belongsTo(endpoint.url) }),
  nameParts: 'at-least-two',
  listing: 'catalog',
  anonymous: false,
  deletes: { manifests: true, tags: false },
  chunks: false,
  labels: false,
}
