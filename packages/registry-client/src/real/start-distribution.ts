import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface RunningDistribution {
  url: string
  /** Ends the process without warning; `start` brings it back on the same port and data. */
  kill(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

const NAMES = ['docker-registry', 'registry']
const START_LIMIT_MS = 10_000

/** The real distribution binary on a free loopback port with its data in a directory of its own. */
export async function startDistribution(): Promise<RunningDistribution> {
  const directory = await mkdtemp(join(tmpdir(), 'berth-registry-client-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const config = join(directory, 'config.yml')
  await writeFile(config, configuration(join(directory, 'data'), port))
  let child: ChildProcess | undefined

  const start = async () => {
    child = await spawnFirst(config)
    await untilAnswers(url, child)
  }
  const kill = async () => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  const close = async () => {
    await kill()
    await rm(directory, { recursive: true, force: true })
  }
  try {
    await start()
  } catch (error) {
    await close()
    throw error
  }
  return { url, kill, start, close }
}

/** Starts the first binary that exists; the PATH is searched by spawn itself. */
async function spawnFirst(config: string): Promise<ChildProcess> {
  for (const name of NAMES) {
    const child = spawn(name, ['serve', config], { stdio: 'ignore' })
    const started = await Promise.race([
      once(child, 'spawn').then(() => true),
      once(child, 'error').then(() => false),
    ])
    if (started) return child
  }
  throw new Error(`no distribution registry on the PATH (looked for ${NAMES.join(', ')})`)
}

function configuration(rootDirectory: string, port: number): string {
  return JSON.stringify({
    version: '0.1',
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: rootDirectory }, delete: { enabled: true } },
    // Uploads outlive a restart only under a fixed secret: it signs their state.
    http: { addr: `127.0.0.1:${port}`, relativeurls: true, secret: 'signs-upload-states-in-tests' },
  })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** Asks until the registry answers; fails when it ends by itself or takes too long. */
async function untilAnswers(url: string, child: ChildProcess): Promise<void> {
  const giveUpAt = Date.now() + START_LIMIT_MS
  while (Date.now() < giveUpAt) {
    if (child.exitCode !== null) throw new Error(`the registry ended with ${child.exitCode}`)
    const answer = await fetch(`${url}/v2/`, { signal: AbortSignal.timeout(1000) }).catch(() => undefined)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`the registry did not answer within ${START_LIMIT_MS} ms`)
}
