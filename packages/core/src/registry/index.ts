import { createRegistryClient, type RegistryClient } from '@berth/registry-client'
import type { Core } from '../context/index.ts'
import { mintInternalToken } from '../tokens/index.ts'

export { askRegistry, registryFailure } from './failure.ts'

const clients = new WeakMap<Core, RegistryClient>()

/**
 * Berth's own way to the registry behind it: with tokens of its own for exactly the scopes of each request, or with
 * the configured account where the registry does not know Berth's tokens.
 */
export function registryClient(core: Core): RegistryClient {
  let client = clients.get(core)
  if (!client) {
    const { registryUrl, registryCredentials } = core.settings
    client = createRegistryClient({
      baseUrl: registryUrl,
      userAgent: 'berth',
      ...(registryCredentials
        ? { credentials: registryCredentials }
        : { token: (scopes) => mintInternalToken(core, scopes) }),
    })
    clients.set(core, client)
  }
  return client
}
