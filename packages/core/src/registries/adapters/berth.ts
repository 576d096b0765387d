import { type Adapter, basicCredentials, belongsTo } from './adapter.ts'

const common = {
  connect: (endpoint) => ({
    baseUrl: endpoint.url,
    ...basicCredentials(endpoint),
    allowRealm: belongsTo(endpoint.url),
  }),
  nameParts: 'at-least-two',
  listing: 'api',
  // Public projects.
  anonymous: true,
  deletes: { manifests: true, tags: true },
  chunks: true,
  labels: true,
} as const satisfies Omit<Adapter, 'type'>

/** Another Berth, whose API tells projects, labels and digests. Tags alone are deleted through that API. */
export const berth: Adapter = { type: 'berth', ...common }

export const harbor: Adapter = { type: 'harbor', ...common }
