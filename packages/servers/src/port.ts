import { once } from 'node:events'
import { createServer } from 'node:net'
import { ServerStartError } from './child.ts'

/** A port of the loopback address that is free now; someone else may still take it before its user does. */
export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}

const portTaken =
  /address already in use|could not bind|could not create any TCP|EADDRINUSE|bind on TCP\/IP port/i

/** Runs `start` with a free port, and again with another one when somebody was faster. */
export async function withFreePort<T>(start: (port: number) => Promise<T>, attempts = 8): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(await freePort())
    } catch (error) {
      const taken = error instanceof ServerStartError && error.lines.some((line) => portTaken.test(line))
      if (!taken || attempt >= attempts) throw error
    }
  }
}
