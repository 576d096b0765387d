import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'

/** Receivers for tests, over real sockets. */

/** Messages in frames that tell their length (RFC 6587, 3.4.1); what is not there as a whole is left out. */
export function readFrames(bytes: Buffer): string[] {
  const found: string[] = []
  let at = 0
  while (at < bytes.length) {
    const blank = bytes.indexOf(0x20, at)
    const length = blank < 0 ? Number.NaN : Number(bytes.toString('latin1', at, blank))
    if (blank < 0 || bytes.length < blank + 1 + length) break
    if (!Number.isSafeInteger(length)) throw new Error('not a frame')
    found.push(bytes.toString('utf8', blank + 1, blank + 1 + length))
    at = blank + 1 + length
  }
  return found
}

export const jsonOf = (message: string) => JSON.parse(message.slice(message.indexOf(' {') + 1))

export interface SyslogReceiver {
  address: string
  port: number
  /** Of every connection that ended in order. */
  messages: string[]
  connections: number
  close(): Promise<void>
}

/** `take` may do something else with a connection than to read it to its end. */
export async function startSyslog({
  tls,
  port = 0,
  take = readToEnd,
}: {
  tls?: { cert: string; key: string }
  port?: number
  take?: (socket: Socket, receiver: SyslogReceiver) => void
} = {}): Promise<SyslogReceiver> {
  const open = new Set<Socket>()
  const onSocket = (socket: Socket) => {
    receiver.connections += 1
    open.add(socket.on('close', () => open.delete(socket)).on('error', () => {}))
    take(socket, receiver)
  }
  const server: Server = tls
    ? createTlsServer({ ...tls, allowHalfOpen: false }, onSocket)
    : createTcpServer(onSocket)
  const receiver: SyslogReceiver = { address: '', port: 0, messages: [], connections: 0, close }
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(port, '127.0.0.1', () => resolve()),
  )
  receiver.port = (server.address() as AddressInfo).port
  receiver.address = `127.0.0.1:${receiver.port}`
  return receiver

  async function close() {
    for (const socket of open) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
}

export function readToEnd(socket: Socket, receiver: SyslogReceiver): void {
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  socket.on('end', () => receiver.messages.push(...readFrames(Buffer.concat(chunks))))
}

export interface HttpReceiver {
  url: string
  requests: { headers: IncomingMessage['headers']; body: string }[]
  close(): Promise<void>
}

export async function startHttp(
  answer: (response: ServerResponse, body: string) => void = (response) => response.writeHead(204).end(),
): Promise<HttpReceiver> {
  const requests: HttpReceiver['requests'] = []
  const server = createHttpServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    requests.push({ headers: request.headers, body })
    answer(response, body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/audit`,
    requests,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
