import type { Core } from '@berth/core'
import { drainNotifications } from '@berth/core/notifications'
import type { Log } from '../log.ts'

const TRY_AGAIN_MS = 2_000
// Something may become due on another node; a job looks after that too.
const LONGEST_SLEEP_MS = 60_000

/** Does what the inbox holds, right after something came into it and whenever something in it is due. */
export class InboxDrain {
  private readonly core: Core
  private readonly log: Log
  private readonly stopping = new AbortController()
  private running: Promise<void> | undefined
  private again = false
  private away = false
  private timer: NodeJS.Timeout | undefined

  constructor(core: Core, log: Log) {
    this.core = core
    this.log = log
  }

  /** Something came, or may have. Returns at once. */
  kick(): void {
    if (this.stopping.signal.aborted) return
    clearTimeout(this.timer)
    this.again = true
    this.running ??= this.run().finally(() => {
      this.running = undefined
    })
  }

  /** Ends after the events that are being done. */
  async stop(): Promise<void> {
    this.stopping.abort()
    clearTimeout(this.timer)
    await this.running
  }

  private async run(): Promise<void> {
    let waitMs: number | undefined
    while (this.again && !this.stopping.signal.aborted) {
      this.again = false
      waitMs = await this.once()
    }
    if (waitMs === undefined || this.stopping.signal.aborted) return
    this.timer = setTimeout(() => this.kick(), Math.min(waitMs, LONGEST_SLEEP_MS)).unref()
  }

  /** Gives how long to wait before there is more to do; undefined when the inbox is empty. */
  private async once(): Promise<number | undefined> {
    try {
      const drained = await drainNotifications(this.core, this.stopping.signal)
      if (!drained) return TRY_AGAIN_MS
      for (const { event, error, givenUp } of drained.failed)
        this.log(givenUp ? 'error' : 'warn', givenUp ? 'an event was given up' : 'an event is tried again', {
          event: event.eventId,
          action: event.action,
          repository: event.repository,
          attempts: event.attempts + 1,
          error,
        })
      this.tellOfRegistry(drained.registryAway)
      if (drained.registryAway !== undefined) return TRY_AGAIN_MS
      return drained.nextAt && Math.max(drained.nextAt.getTime() - this.core.now(), 0)
    } catch (error) {
      this.log('warn', 'the inbox of the registry’s events waits', { error })
      return TRY_AGAIN_MS
    }
  }

  /** Once, not every two seconds. */
  private tellOfRegistry(error: unknown): void {
    const away = error !== undefined
    if (away && !this.away) this.log('warn', 'the registry is away: its events wait', { error })
    if (!away && this.away) this.log('info', 'the registry is back')
    this.away = away
  }
}
