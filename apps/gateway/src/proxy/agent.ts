import { Agent } from 'node:http'
import { connect, type NetConnectOpts, type Socket } from 'node:net'

// Each idle connection holds one of these.
const SMALL_BYTES = 16 * 1024
const LARGE_BYTES = 256 * 1024
// Large buffers kept for the next stream: fetching fresh ones from the system costs more than the copy they are for.
const KEPT_BUFFERS = 32

const kept: Buffer[] = []
const largeBuffer = (): Buffer => kept.pop() ?? Buffer.allocUnsafeSlow(LARGE_BYTES)
const giveBack = (buffer: Buffer): void => {
  if (buffer.byteLength === LARGE_BYTES && kept.length < KEPT_BUFFERS) kept.push(buffer)
}

/**
 * Takes what a socket reads. Call `release` once `chunk` is needed no more: its memory is read into again then.
 * False stops the reading until `socket.resume()`.
 */
export type Sink = (chunk: Buffer, release: () => void) => boolean

const sinks = new WeakMap<Socket, { sink: Sink | undefined }>()

/**
 * Gives all that a connection reads from now on to `sink`, past the HTTP client, which never learns how its answer
 * ends: the connection has to be destroyed afterwards.
 *
 * @returns false when the connection is not one of a StreamingAgent; nothing has happened then
 */
export function divert(socket: Socket, sink: Sink): boolean {
  const entry = sinks.get(socket)
  if (entry) entry.sink = sink
  return entry !== undefined
}

/** Keep-alive connections that read more at once while a large body flows: fewer turns for the same bytes. */
export class StreamingAgent extends Agent {
  override createConnection(options: NetConnectOpts): Socket {
    const entry: { sink: Sink | undefined } = { sink: undefined }
    let sizeBytes = SMALL_BYTES
    const socket: Socket = connect({
      ...options,
      onread: {
        // Never the same twice in a row: the last one is still on its way to the client.
        buffer: () => (entry.sink ? largeBuffer() : Buffer.allocUnsafeSlow(sizeBytes)),
        callback(readBytes, bytes) {
          const buffer = bytes as Buffer
          const chunk = buffer.subarray(0, readBytes)
          if (entry.sink) return entry.sink(chunk, () => giveBack(buffer))
          if (readBytes === buffer.byteLength) sizeBytes = LARGE_BYTES
          else if (readBytes < SMALL_BYTES) sizeBytes = SMALL_BYTES
          // The HTTP client listens here as it would without `onread`.
          socket.emit('data', chunk)
          return true
        },
      },
    })
    sinks.set(socket, entry)
    return socket
  }
}
