import { type Actor, type Core, currentOrigin } from '@berth/core'
import { PULLS_AT_ONCE, type PullCount, recordPulls } from '@berth/core/artifacts'
import type { Digest, RepositoryName, Tag } from '@berth/registry-client'
import type { Log } from '../log.ts'

const FLUSH_INTERVAL_MS = 1_500
// While the database is away counts pile up only to here; pulls past it are not counted.
const MAX_LINES = 50_000

/** With so many groups in a row that cannot be written and none that can, it is the database and not a line in them. */
const MAX_FAILURES = 12
/** A line that cannot be written by itself, while others can, is given up after so many flushes. */
const MAX_TRIES = 3

/** A line, and in how many flushes it alone could not be written. */
type Waiting = PullCount & { tries: number }

/** Counts pulls in memory and writes them down in batches, so that a pull costs no write. */
export class PullCounter {
  private lines = new Map<string, Waiting>()
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
    this.put({ repository, digest, tag, count: 1, at: new Date(this.core.now()), by, tries: 0 })
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
    this.writing = this.write(batch)
    await this.writing
  }

  /** Group by group, each in one transaction; what is in none that was committed waits again. Never throws. */
  private async write(batch: readonly Waiting[]): Promise<void> {
    const groups: Waiting[][] = []
    for (let end = batch.length; end > 0; end -= PULLS_AT_ONCE)
      groups.push(batch.slice(Math.max(end - PULLS_AT_ONCE, 0), end))
    const alone: Waiting[] = []
    let written = 0
    let failures = 0
    let error: unknown
    for (let group = groups.pop(); group; group = groups.pop()) {
      try {
        await recordPulls(this.core, group)
        written++
      } catch (thrown) {
        error = thrown
        failures++
        const half = Math.ceil(group.length / 2)
        // One of them may keep the others from being written.
        if (group.length > 1) groups.push(group.slice(half), group.slice(0, half))
        else alone.push(...group)
        if (written === 0 && (failures >= MAX_FAILURES || !(await this.answers()))) break
      }
    }
    if (failures === 0) return
    const kept = [...groups.flat(), ...alone.filter((line) => written === 0 || ++line.tries < MAX_TRIES)]
    for (const line of alone.filter(({ tries }) => tries >= MAX_TRIES))
      this.log('error', 'a pull cannot be counted and is left out', {
        error,
        repository: line.repository,
        digest: line.digest,
        pulls: line.count,
      })
    if (kept.length === 0) return
    this.log('warn', 'pulls could not be counted; trying again', { error, lines: kept.length })
    for (const line of kept) this.put(line)
    this.timer ??= setTimeout(() => this.flush(), FLUSH_INTERVAL_MS).unref()
  }

  private answers(): Promise<boolean> {
    return this.core.db.query('SELECT 1 AS one').then(
      () => true,
      () => false,
    )
  }

  private put(line: Waiting): void {
    const key = `${line.repository}@${line.digest} ${line.tag ?? ''} ${whoOf(line.by)}`
    const before = this.lines.get(key)
    if (before) {
      before.count += line.count
      before.tries = Math.max(before.tries, line.tries)
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
