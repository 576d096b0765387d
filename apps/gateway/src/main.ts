import { createCore } from '@berth/core'
import { showMetrics } from '@berth/core/metrics'
import { SettingsError } from '@berth/core/settings'
import { certificateBundle } from '@berth/core/tokens'
import { apiHandler } from './api-mount.ts'
import { readSettings } from './env.ts'
import { jsonLog as log } from './log.ts'
import { startGateway } from './server.ts'

async function main(): Promise<void> {
  const { core: coreSettings, metrics, port, webUrl, trustedProxies } = readSettings()
  const core = createCore(coreSettings)
  // The first token should not have to wait for a key to be made.
  await certificateBundle(core)
  const api = apiHandler(core, trustedProxies)
  const gateway = await startGateway({ core, log, port, webUrl, trustedProxies, api })
  log('info', 'gateway listening', { port: gateway.port })
  await showMetrics(core.metrics, metrics, 'gateway', log)

  let stopping = false
  const stop = async (): Promise<void> => {
    if (stopping) return
    stopping = true
    await gateway.close()
    await core.close()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.on(signal, () => void stop())
  process.on('unhandledRejection', (error) => log('error', 'unhandled rejection', { error }))
}

main().catch((error) => {
  if (error instanceof SettingsError) process.stderr.write(`${error.message}\n`)
  else log('error', 'the gateway cannot start', { error })
  process.exit(1)
})
