import { type Adapter, basicCredentials, belongsTo } from './adapter.ts'

/** Whatever speaks the distribution specification and nothing else. */
export const dockerRegistry: Adapter = {
  type: 'docker-registry',
  connect: (endpoint) => ({
    baseUrl: endpoint.url,
    ...basicCredentials(endpoint),
    allowRealm: belongsTo(endpoint.url),
  }),
  nameParts: 'any',
  listing: 'catalog',
  anonymous: false,
  deletes: { manifests: true, tags: false },
  chunks: true,
  labels: false,
}
