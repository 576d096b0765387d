import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** For tests: a line to a registry, which knows what is on its way over it. */
export interface SlowLine {
  url: string
  /** Requests that have no whole answer yet, as `PUT /v2/…`. */
  underWay(): string[]
  close(): Promise<void>
}

const EVERY_MS = 50

/** @param trickles the body of the answer comes a byte now and then, for ever; asked for each GET */
export async function openSlowLine(
  target: string,
  trickles: (url: string) => boolean = () => false,
): Promise<SlowLine> {
  const open = new Set<IncomingMessage>()
  const server = createServer((asked, answer) => {
    const { method, url = '/', headers } = asked
    open.add(asked)
    const out = request(new URL(url, target), { method, headers }, (given) => {
      answer.writeHead(given.statusCode ?? 502, given.headers)
      if (method !== 'GET' || !trickles(url)) return void given.pipe(answer)
      given.resume()
      const timer = setInterval(() => answer.write('x'), EVERY_MS)
      answer.on('close', () => clearInterval(timer))
    })
    out.on('error', () => answer.destroy())
    answer.on('close', () => {
      open.delete(asked)
      out.destroy()
    })
    asked.pipe(out)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    underWay: () => [...open].map(({ method, url }) => `${method} ${url}`),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
