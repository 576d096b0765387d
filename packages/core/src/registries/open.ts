import { createHash } from 'node:crypto'
import { createRegistryClient, ProtocolError, type RegistryClient } from '@berth/registry-client'
import type { Core } from '../context/index.ts'
import { allowedHosts, OutboundError, openConfiguredStreams } from '../outbound/index.ts'
import { REGISTRY_USER_AGENT } from '../registry/index.ts'
import { adapterOf, type Endpoint, type Tools } from './adapters/index.ts'
import { type RegistryAccess, toEndpoint } from './model.ts'
import { openPeerApi, type PeerApi } from './peer.ts'
import { readSecret } from './secret.ts'

// As long as a client is kept its connections and tokens are.
const KEEP_MS = 10 * 60_000
const MAX_KEPT = 500

/** How another registry is reached, with the secret in the clear. */
export interface Opening extends Pick<RegistryAccess, 'type' | 'insecure' | 'caCertificate'> {
  endpoint: Endpoint
}

interface Opened {
  client: RegistryClient
  tools: Tools
  endpoint: Endpoint
}

/**
 * The v2 API of a registry that an administrator named: by its adapter's rules, to vetted addresses only. Kept for a while, so
 * ask again for each piece of work instead of holding it.
 *
 * @throws DomainError BAD_REQUEST; RegistryError where credentials have to be asked for first
 */
export const openRegistry = async (core: Core, registry: RegistryAccess): Promise<RegistryClient> =>
  (await opened(core, registry)).client

/** The REST API beside it, of another Berth or a Harbor; undefined for other kinds. */
export async function openPeer(core: Core, registry: RegistryAccess): Promise<PeerApi | undefined> {
  if (adapterOf(registry.type).listing !== 'api') return undefined
  const { endpoint, tools } = await opened(core, registry)
  return openPeerApi(endpoint, tools)
}

/** Makes a repository at a registry where pushing to it does not; nothing elsewhere. */
export async function prepareRepository(
  core: Core,
  registry: RegistryAccess,
  repository: string,
  signal: AbortSignal,
): Promise<void> {
  const { prepare } = adapterOf(registry.type)
  if (!prepare) return
  const { endpoint, tools } = await opened(core, registry)
  await prepare(endpoint, tools, repository, signal)
}

/** Full names of repositories in one namespace, in pages; nothing of a kind that does not list so. @throws RegistryError */
export async function* repositoriesIn(
  core: Core,
  registry: RegistryAccess,
  namespace: string,
  signal: AbortSignal,
): AsyncGenerator<string[]> {
  const adapter = adapterOf(registry.type)
  if (!adapter.repositoriesIn) return
  const { endpoint, tools } = await opened(core, registry)
  yield* adapter.repositoriesIn(endpoint, tools, namespace, signal)
}

async function opened(core: Core, registry: RegistryAccess): Promise<Opened> {
  const { type, url, insecure, caCertificate, accessKey, accessSecret } = registry
  const identity = JSON.stringify([type, url, insecure, caCertificate, accessKey, accessSecret])
  const key = createHash('sha256').update(identity).digest('base64url')
  const cache = core.cache<Opened>('registries.open', KEEP_MS, MAX_KEPT)
  return (await cache.get(key, () => {
    const endpoint = toEndpoint(registry, readSecret(core, registry))
    return open(core, { type, insecure, caCertificate, endpoint })
  }))!
}

/** Says that an address is one that Berth may not reach in the client's words: asking again does not help. */
const refusing =
  (send: typeof globalThis.fetch): typeof globalThis.fetch =>
  async (input, init) => {
    try {
      return await send(input, init)
    } catch (cause) {
      if (!(cause instanceof OutboundError) || (cause.reason !== 'address' && cause.reason !== 'url'))
        throw cause
      throw new ProtocolError(cause.message, { code: 'LOCATION_NOT_ALLOWED', cause })
    }
  }

/** For what is not stored, as before it is. */
export async function open(core: Core, opening: Opening, timeoutMs?: number): Promise<Opened> {
  const { type, insecure, caCertificate, endpoint } = opening
  const streams = openConfiguredStreams(
    { insecure, ...(caCertificate !== null && { ca: caCertificate }) },
    () => allowedHosts(core),
  )
  const fetch = refusing(streams.fetch)
  const tools: Tools = { fetch, nowMs: core.now }
  const connection = await adapterOf(type).connect(endpoint, tools)
  const client = createRegistryClient({
    ...connection,
    fetch,
    fetchElsewhere: refusing(streams.fetchLed(new URL(connection.baseUrl))),
    userAgent: REGISTRY_USER_AGENT,
    nowMs: core.now,
    ...(timeoutMs !== undefined && { timeoutMs }),
  })
  return { client, tools, endpoint }
}
