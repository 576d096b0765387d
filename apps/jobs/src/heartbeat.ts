import type { Core } from '@berth/core'
import { beat } from '@berth/core/health'
import type { Log } from './log.ts'
import type { Runner } from './runner.ts'

const EVERY_MS = 5_000

/** Says every five seconds that this worker lives, as long as it does. Gives what ends it. */
export function startHeartbeat(
  core: Core,
  { isRunning, concurrency }: Pick<Runner, 'isRunning' | 'concurrency'>,
  log: Log,
): () => void {
  const pool = { startedAt: new Date(core.now()), pid: process.pid, concurrency }
  let silent = false
  const tick = async () => {
    if (!isRunning()) return
    try {
      await beat(core, 'jobservice', pool)
      if (silent) log('info', 'the heartbeat is back')
      silent = false
    } catch (error) {
      // Once, not every five seconds: the database's own alarm is louder.
      if (!silent) log('warn', 'no heartbeat: the database does not answer', { error })
      silent = true
    }
  }
  void tick()
  const timer = setInterval(() => void tick(), EVERY_MS)
  return () => clearInterval(timer)
}
