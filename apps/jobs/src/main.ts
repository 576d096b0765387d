import { createCore } from '@berth/core'
import { showMetrics } from '@berth/core/metrics'
import { SettingsError } from '@berth/core/settings'
import { readSettings } from './env.ts'
import { startHeartbeat } from './heartbeat.ts'
import { jobs } from './jobs.ts'
import { jsonLog as log } from './log.ts'
import { collectBacklogs } from './metrics.ts'
import { type Runner, startRunner } from './runner.ts'

const GRACE_MS = 8_000

async function main(): Promise<void> {
  const { core: settings, metrics } = readSettings()
  const core = createCore(settings)
  let runner: Runner | undefined
  let stopHeartbeat = () => {}
  let stopping = false
  const stop = async (): Promise<void> => {
    if (stopping) return
    stopping = true
    stopHeartbeat()
    // While it starts it may wait for a queue that is away; then there is nothing to end in order.
    if (!runner) process.exit(0)
    await runner.stop(GRACE_MS)
    await core.close()
    process.exit(0)
  }
  // `disconnect`: whoever started us is gone, however it ended.
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.on(signal, () => void stop())
  process.on('unhandledRejection', (error) => log('error', 'unhandled rejection', { error }))

  runner = await startRunner({ core, log, jobs })
  stopHeartbeat = startHeartbeat(core, runner, log)
  collectBacklogs(core)
  await showMetrics(core.metrics, metrics, 'jobs', log)
  log('info', 'jobs are running', { jobs: jobs.map((job) => job.name) })
}

main().catch((error) => {
  if (error instanceof SettingsError) process.stderr.write(`${error.message}\n`)
  else log('error', 'the jobs cannot start', { error })
  process.exit(1)
})
