import {
  createRegistryClient,
  createTlsFetch,
  keepingFetch,
  type RegistryClient,
} from '@berth/registry-client'
import type { Core } from '../context/index.ts'
import { mintInternalToken } from '../tokens/index.ts'

/** What Berth calls itself there. */
export const REGISTRY_USER_AGENT = 'berth'

const clients = new WeakMap<Core, RegistryClient>()
const fetches = new WeakMap<Core, typeof fetch>()

/** The fetch that reaches the registry: with the authorities it is configured with. */
export function registryFetch(core: Core): typeof fetch {
  const { registryCa } = core.settings
  if (registryCa === undefined) return keepingFetch
  let own = fetches.get(core)
  if (!own) {
    own = createTlsFetch(registryCa)
    fetches.set(core, own)
  }
  return own
}

/**
 * Berth's own way to the registry behind it: with tokens of its own for exactly the scopes of each request, or with
 * the configured account where the registry does not know Berth's tokens.
 */
export function registryClient(core: Core): RegistryClient {
  let client = clients.get(core)
  if (!client) {
    client = openClient(core, registryFetch(core))
    clients.set(core, client)
  }
  return client
}

/**
 * The same Core, but every request that use cases send to the registry with it waits for `turn` first, and ends when
 * `signal` does.
 */
export function pacedCore(core: Core, turn: () => Promise<void>, signal: AbortSignal): Core {
  const paced = { ...core }
  const unpaced = registryFetch(core)
  const inTurn: typeof fetch = async (input, init) => {
    await turn()
    return unpaced(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, signal]) : signal })
  }
  clients.set(paced, openClient(paced, inTurn))
  return paced
}

function openClient(core: Core, fetch: typeof globalThis.fetch): RegistryClient {
  const { registryUrl, registryCredentials } = core.settings
  return createRegistryClient({
    baseUrl: registryUrl,
    userAgent: REGISTRY_USER_AGENT,
    fetch: measured(core, fetch),
    ...(registryCredentials
      ? { credentials: registryCredentials }
      : { token: (scopes) => mintInternalToken(core, scopes) }),
  })
}

/** Counts requests and their time until the head of the answer. */
function measured(core: Core, send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const startMs = performance.now()
    const method = init?.method ?? 'GET'
    let result = 'error'
    try {
      const answer = await send(input, init)
      result = `${Math.floor(answer.status / 100)}xx`
      return answer
    } finally {
      core.metrics.add('berth_registry_requests_total', ['client', method, result])
      const seconds = (performance.now() - startMs) / 1_000
      core.metrics.observe('berth_registry_request_duration_seconds', ['client', method], seconds)
    }
  }
}
