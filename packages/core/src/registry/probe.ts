import { connectionFault, UnauthorizedError } from '@berth/registry-client'
import type { Core } from '../context/index.ts'
import { registryClient, registryFetch } from './client.ts'

/**
 * Asks the registry whether it is there and lets Berth in.
 *
 * @returns what is wrong, as the end of a sentence about the registry that anybody may read; undefined when all is well
 * @throws the signal's reason when no answer came in its time
 */
export async function probeRegistry(core: Core, signal: AbortSignal): Promise<string | undefined> {
  let status: number
  try {
    status = await askOpenly(core, signal)
  } catch (error) {
    signal.throwIfAborted()
    return connectionFault(error)?.words ?? 'the connection to it failed'
  }
  if (status === 200) return undefined
  if (status === 400 && core.settings.registryUrl.startsWith('http:'))
    return 'it does not take plain http; it may want https'
  if (status !== 401) return `it answers ${status} where a registry answers 200 or 401`
  try {
    await registryClient(core).ping({ signal })
    return undefined
  } catch (error) {
    signal.throwIfAborted()
    // Anything else (a database that is away, say) is not the registry's fault: it has answered.
    if (!(error instanceof UnauthorizedError)) return undefined
    return core.settings.registryCredentials
      ? 'it refuses the account in REGISTRY_USERNAME and REGISTRY_PASSWORD'
      : 'it refuses Berth’s tokens: its rootcertbundle must hold Berth’s token-bundle.pem, its issuer and service must be Berth’s'
  }
}

async function askOpenly(core: Core, signal: AbortSignal): Promise<number> {
  const answer = await registryFetch(core)(`${core.settings.registryUrl}/v2/`, { redirect: 'manual', signal })
  await answer.body?.cancel()
  return answer.status
}
