import { fileURLToPath } from 'node:url'
import { type ServerProcess, startChild } from '@berth/servers'

export type Part = 'gateway' | 'api' | 'jobs'

/** Processes that are started again when they are killed, as whoever runs Berth does. */
export class Cluster {
  private readonly parts = new Map<Part, { child: ServerProcess; url: string } | undefined>()
  private readonly starting = new Set<Promise<void>>()
  private readonly env: (part: Part) => Record<string, string>
  kills = 0

  constructor(env: Record<string, string>, ports: Record<'gateway' | 'api', number>) {
    // A second gateway is the node that the API is asked at: the same handlers as everywhere.
    this.env = (part) => ({
      ...env,
      ...(part === 'jobs' ? {} : { BERTH_PORT: String(ports[part]) }),
      BERTH_NODE_NAME: part,
    })
  }

  async start(part: Part): Promise<void> {
    const jobs = part === 'jobs'
    const main = jobs ? './listener.fixture.ts' : '../../../gateway/src/main.ts'
    const child = await startChild({
      name: part,
      command: process.execPath,
      args: [fileURLToPath(new URL(main, import.meta.url))],
      env: this.env(part),
      ready: jobs ? /the listener runs/ : /gateway listening.*"port":(\d+)/,
      stopSignal: 'SIGTERM',
    })
    this.parts.set(part, { child, url: jobs ? '' : `http://127.0.0.1:${child.readyMatch[1]}` })
  }

  /** Where the part listens; undefined while it is down. */
  urlOf(part: Part): string | undefined {
    return this.parts.get(part)?.url
  }

  /** Kills it without a word and starts it again; nothing while it is down already. */
  kill(part: Part): void {
    const running = this.parts.get(part)
    if (!running) return
    this.parts.set(part, undefined)
    this.kills++
    process.kill(running.child.pid, 'SIGKILL')
    const back = running.child.exited.then(() => this.start(part))
    this.starting.add(back)
    void back.finally(() => this.starting.delete(back))
  }

  /** Everything runs when it resolves. */
  async settled(): Promise<void> {
    await Promise.all(this.starting)
  }

  async stop(): Promise<void> {
    await Promise.allSettled(this.starting)
    await Promise.all([...this.parts.values()].map((part) => part?.child.stop(2_000)))
  }
}
