import type { Core } from '@berth/core'
import { beat } from '@berth/core/health'
import type { Log } from './log.ts'

const EVERY_MS = 5_000

/** Says every five seconds that this worker lives, as long as it does. Gives what ends it. */
export function startHeartbeat(core: Core, isRunning: () => boolean, log: Log): () => void {
  let silent = false
  const tick = async () => {
    if (!isRunning()) return
    try {
      await beat(core, 'jobservice')
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
