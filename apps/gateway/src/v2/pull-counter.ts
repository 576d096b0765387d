import { type Actor, type Core, currentOrigin } from '@berth/core'
import { type PullCount, recordPulls } from '@berth/core/artifacts'
import type { Digest, RepositoryName, Tag } from '@berth/registry-client'
import type { Log } from '../log.ts'

const FLUSH_INTERVAL_MS = 1_500
// While the database is away counts pile up only to here; pulls past it are not counted.
const MAX_LINES = 50_000

/** Counts pulls in memory and writes them down in batches, so that a pull costs no write. */
export class PullCounter {
  private lines = new Map<string, PullCount>()
  private writing: Promise<void> | undefined
  private timer: NodeJS.Timeout | undefined
  private core: Core
  private log: Log

  constructor(core: Core, log: Log) {
    this.core = core
    this.log = log
  }

  add(repository: RepositoryName, digest: Digest | string, tag: Tag | undefined, actor: Actor): void {
    this.core.metrics.add('berth_manifest_pulls_total', [])
    const { userAgent, ...origin } = currentOrigin()
    // What is kept of thousands of them must not be as large as clients like.
    const by = { actor, origin: { ...origin, userAgent: userAgent.slice(0, 255) } }
    this.put({ repository, digest, tag, count: 1, at: new Date(this.core.now()), by })
    this.timer ??= setTimeout(() => this.flush(), FLUSH_INTERVAL_MS).unref()
  }

  /** Lines that are not written down yet. */
  get waiting(): number {
    return this.lines.size
  }

  /** Writes down what was counted so far; what cannot be written is kept for the next time. */
  async flush(): Promise<void> {
    clearTimeout(this.timer)
    this.timer = undefined
    await this.writing
    if (this.lines.size === 0) return
    const batch = [...this.lines.values()]
    this.lines.clear()
    this.writing = recordPulls(this.core, batch).catch((error) => {
      this.log('warn', 'pulls could not be counted; trying again', { error, lines: batch.length })
      for (const line of batch) this.put(line)
      this.timer ??= setTimeout(() => this.flush(), FLUSH_INTERVAL_MS).unref()
    })
    await this.writing
  }

  private put(line: PullCount): void {
    const key = `${line.repository}@${line.digest} ${line.tag ?? ''} ${whoOf(line.by)}`
    const before = this.lines.get(key)
    if (before) {
      before.count += line.count
      if (line.at > before.at) before.at = line.at
    } else if (this.lines.size < MAX_LINES) this.lines.set(key, { ...line })
  }
}

/** The same for pulls that share a line of the log; what the client sends is last. */
function whoOf(by: PullCount['by']): string {
  if (!by) return ''
  const { actor, origin } = by
  const id = actor.kind === 'user' || actor.kind === 'robot' ? actor.id : ''
  const via = actor.kind === 'user' ? actor.via : ''
  return `${actor.kind} ${id} ${via} ${origin.address} ${origin.userAgent}`
}
