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

/**
 * A free port below the range from which the kernel serves everybody who asks for any port, so that it stays free
 * until it is used some seconds later.
 */
export async function quietPort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    const server = createServer()
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false))
      server.listen(port, () => resolve(true))
    })
    if (!free) continue
    server.close()
    await once(server, 'close')
    return port
  }
  throw new Error('no free port between 20000 and 32000')
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
