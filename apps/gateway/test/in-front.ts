import { type Core, type CoreSettings, createCore } from '@berth/core'
import { quietPort } from '@berth/servers'
import { apiHandler } from '../src/api-mount.ts'
import { trustedProxies } from '../src/client-address.ts'
import { startGateway } from '../src/server.ts'
import type { TestBerth } from './berth.ts'
import { TestClient } from './client.ts'

/** A second gateway on a Berth's database, in front of another registry. */
export interface InFront {
  url: string
  core: Core
  logged: string[]
  client(username?: string): TestClient
  close(): Promise<void>
}

export async function startInFront(
  berth: TestBerth,
  registry: Pick<CoreSettings, 'registryUrl' | 'registryCredentials' | 'registryCa'>,
): Promise<InFront> {
  const core = createCore({ ...berth.core.settings, ...registry })
  const port = await quietPort()
  const logged: string[] = []
  const gateway = await startGateway({
    core,
    port,
    host: '127.0.0.1',
    api: apiHandler(core, trustedProxies([])),
    log: (level, message, facts) => {
      if (level !== 'info') logged.push(`${level} ${message} ${String(facts?.error ?? '')}`)
    },
    idleTimeoutMs: 1_500,
  })
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    core,
    logged,
    client: (username) => new TestClient({ ...berth, url, core }, username),
    async close() {
      await gateway.close(0)
      await core.close()
    },
  }
}
