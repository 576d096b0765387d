import { type Adapter, basicCredentials } from './adapter.ts'

const REGISTRY = 'https://registry-1.docker.io'
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
  listing: 'none',
  anonymous: true,
  deletes: { manifests: false, tags: false },
  chunks: false,
  labels: false,
  endpoints: { fixed: true, list: [{ key: 'hub.docker.com', value: 'https://hub.docker.com' }] },
}
