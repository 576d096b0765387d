import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  headers: IncomingHttpHeaders
  body: string
}
export interface Reply {
  status: number
  headers?: Record<string, string>
  body?: string
}

/** For tests: a target of webhooks on this machine, which keeps what it gets. */
export interface Receiver {
  url: string
  requests: Received[]
  answer: (request: Received) => Reply | 'never'
  close(): Promise<void>
}

/** At 127.0.0.1, whatever else it listens at. */
export async function startReceiver(listensAt = '127.0.0.1'): Promise<Receiver> {
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk as Buffer)
    const request = { headers: req.headers, body: Buffer.concat(chunks).toString() }
    receiver.requests.push(request)
    const reply = receiver.answer(request)
    if (reply !== 'never') res.writeHead(reply.status, reply.headers).end(reply.body)
  })
  await new Promise<void>((resolve) => server.listen(0, listensAt, () => resolve()))
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    requests: [],
    answer: () => ({ status: 200 }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return receiver
}
