import { rm } from 'node:fs/promises'
import { startChild, withFreePort } from '@berth/servers'
import type { TestServer } from './postgres.ts'
import { quickFolder } from './quick-folder.ts'

/** A Redis of its own, which keeps nothing on disk and evicts nothing, as BullMQ wants it. */
export async function startRedis(): Promise<TestServer> {
  const directory = await quickFolder('berth-test-redis-')
  const removeFiles = () => rm(directory, { recursive: true, force: true })
  try {
    return await withFreePort(async (port) => {
      const server = await startChild({
        name: 'Redis',
        command: 'redis-server',
        args: [
          '--bind',
          '127.0.0.1',
          '--port',
          String(port),
          '--dir',
          directory,
          '--save',
          '',
          '--appendonly',
          'no',
        ],
        ready: /Ready to accept connections/,
        stopSignal: 'SIGTERM',
      })
      const stop = async () => {
        await server.stop()
        await removeFiles()
      }
      return { url: `redis://127.0.0.1:${port}`, pid: server.pid, stop }
    })
  } catch (error) {
    await removeFiles()
    throw error
  }
}
