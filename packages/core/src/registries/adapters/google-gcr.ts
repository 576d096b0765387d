import { badRequest } from '../../errors/index.ts'
import { type Adapter, basicCredentials } from './adapter.ts'

const JSON_KEY = '_json_key'
const hosts = [
  'gcr.io',
  'us.gcr.io',
  'eu.gcr.io',
  'asia.gcr.io',
  'us-docker.pkg.dev',
  'europe-docker.pkg.dev',
  'asia-docker.pkg.dev',
]

/**
 * Google's Container Registry and Artifact Registry: the password is the JSON of a service account's key. They take a blob
 * only in one piece.
 */
export const googleGcr: Adapter = {
  type: 'google-gcr',
  connect(endpoint) {
    if (endpoint.accessKey === JSON_KEY && !isKey(endpoint.accessSecret))
      throw badRequest('the secret of _json_key is the whole JSON of a service account’s key')
    return {
      baseUrl: endpoint.url,
      ...basicCredentials(endpoint),
      allowRealm: () => false,
      // As Google's own tools have always asked: who may push may delete.
      deleteActions: 'pull,push',
    }
  },
  nameParts: 'at-least-two',
  listing: 'catalog',
  // Artifact Registry answers `/v2/_catalog` with an empty list where one signs in with a key.
  listingAt: (url) => (/\.pkg\.dev$/.test(new URL(url).hostname) ? 'none' : 'catalog'),
  anonymous: true,
  deletes: { manifests: true, tags: true },
  chunks: false,
  labels: false,
  endpoints: { fixed: false, list: hosts.map((host) => ({ key: host, value: `https://${host}` })) },
  credential: { accessKey: JSON_KEY, secret: 'file' },
}

function isKey(text: string): boolean {
  try {
    const key = JSON.parse(text) as { type?: unknown; private_key?: unknown } | null
    return key?.type === 'service_account' && typeof key.private_key === 'string'
  } catch {
    return false
  }
}
