import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type ServerProcess, startChild } from '@berth/servers'

export type Part = 'gateway' | 'api' | 'jobs'

const mainOf = (part: Part) =>
  fileURLToPath(
    new URL(part === 'jobs' ? './listener.fixture.ts' : '../../../gateway/src/main.ts', import.meta.url),
  )
/** Where `npm start` keeps it, too. */
const compiled = { NODE_COMPILE_CACHE: fileURLToPath(new URL('../../../../.cache/node', import.meta.url)) }

/**
 * Who is killed writes no compiled code down, so every start would read all sources anew, for half of its time. Without
 * settings each part reads them all, complains and ends in good order.
 */
async function compileParts(): Promise<void> {
  for (const part of ['gateway', 'jobs'] as const)
    await new Promise((resolve) => execFile(process.execPath, [mainOf(part)], { env: compiled }, resolve))
}

/** Processes that are started again when they are killed, as whoever runs Berth does. */
export class Cluster {
  private readonly parts = new Map<Part, { child: ServerProcess; url: string } | undefined>()
  private readonly wanted: Part[] = []
  private readonly starting = new Set<Promise<void>>()
  private readonly env: (part: Part) => Record<string, string>
  private compiling: Promise<void> | undefined
  kills = 0

  constructor(env: Record<string, string>, ports: Partial<Record<Part, number>>) {
    // A second gateway is the node that the API is asked at: the same handlers as everywhere.
    this.env = (part) => ({
      ...compiled,
      ...env,
      ...(part === 'jobs' ? {} : { BERTH_PORT: String(ports[part]) }),
      BERTH_NODE_NAME: part,
    })
  }

  async start(part: Part): Promise<void> {
    const jobs = part === 'jobs'
    this.compiling ??= compileParts()
    await this.compiling
    const child = await startChild({
      name: part,
      command: process.execPath,
      args: [mainOf(part)],
      env: this.env(part),
      ready: jobs ? /the listener runs/ : /gateway listening.*"port":(\d+)/,
      stopSignal: 'SIGTERM',
    })
    this.parts.set(part, { child, url: jobs ? '' : `http://127.0.0.1:${child.readyMatch[1]}` })
  }

  /** Where the part listens, or its neighbour while it is down: whoever runs Berth has a balancer before it. */
  urlOf(part: 'gateway' | 'api'): string | undefined {
    return (this.parts.get(part) ?? this.parts.get(part === 'api' ? 'gateway' : 'api'))?.url
  }

  /** Kills it without a word and starts it again; what is down already, or alone, is killed when it is back or has company. */
  kill(part: Part): void {
    this.wanted.push(part)
    this.killWanted()
  }

  private killWanted(): void {
    for (const part of this.wanted.splice(0)) {
      const neighbour = part === 'jobs' ? part : part === 'api' ? 'gateway' : 'api'
      if (this.parts.get(part) && this.parts.get(neighbour)) this.end(part)
      else this.wanted.push(part)
    }
  }

  private end(part: Part): void {
    const running = this.parts.get(part)!
    this.parts.set(part, undefined)
    this.kills++
    process.kill(running.child.pid, 'SIGKILL')
    const back = running.child.exited.then(() => this.start(part)).then(() => this.killWanted())
    this.starting.add(back)
    void back.finally(() => this.starting.delete(back))
  }

  /** Everything that was to be killed has been, and runs again. */
  async settled(): Promise<void> {
    while (this.starting.size > 0) await Promise.all(this.starting)
  }

  async stop(): Promise<void> {
    this.wanted.length = 0
    await Promise.allSettled(this.starting)
    await Promise.all([...this.parts.values()].map((part) => part?.child.stop(2_000)))
  }
}

interface Database {
  provider: string
  query(sql: string): Promise<unknown>
}

/** What the jobs' process notes of the events that it hears; see listener.fixture.ts. */
export async function createHeard(db: Database): Promise<void> {
  const key = db.provider === 'mysql' ? 'BIGINT AUTO_INCREMENT PRIMARY KEY' : 'BIGSERIAL PRIMARY KEY'
  await db.query(
    `CREATE TABLE heard (n ${key}, event_id BIGINT, type VARCHAR(64), subject VARCHAR(512), request_id VARCHAR(128), payload TEXT)`,
  )
}
