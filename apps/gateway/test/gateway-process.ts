import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { searchPath, startChild } from '@berth/servers'
import type { TestBerth } from './berth.ts'

export interface GatewayProcess {
  url: string
  pid: number
  /** The most memory the process ever held, and what it holds now. */
  memory(): Promise<{ peakBytes: number; residentBytes: number }>
  exited: Promise<{ code: number | null }>
  stop(graceMs?: number): Promise<void>
}

/** A gateway as it runs in earnest: a process of its own, beside the one in this process, on the same parts. */
export async function startGatewayProcess(
  berth: TestBerth,
  env: Record<string, string> = {},
): Promise<GatewayProcess> {
  const { settings } = berth.core
  const child = await startChild({
    name: 'the gateway',
    command: process.execPath,
    args: [fileURLToPath(new URL('../src/main.ts', import.meta.url))],
    env: {
      PATH: searchPath,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      BERTH_PORT: '0',
      BERTH_EXTERNAL_URL: settings.externalUrl,
      BERTH_SECRET_KEY: settings.secretKey,
      DATABASE_URL: settings.databaseUrl,
      REGISTRY_URL: settings.registryUrl,
      REDIS_URL: 'redis://127.0.0.1:1',
      ...env,
    },
    ready: /gateway listening.*"port":(\d+)/,
    stopSignal: 'SIGTERM',
  })
  return {
    url: `http://127.0.0.1:${child.readyMatch[1]}`,
    pid: child.pid,
    async memory() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8')
      const bytes = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)![1]) * 1024
      return { peakBytes: bytes('VmHWM'), residentBytes: bytes('VmRSS') }
    },
    exited: child.exited,
    stop: child.stop,
  }
}
