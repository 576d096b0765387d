import type { IncomingMessage, ServerResponse } from 'node:http'
import { divert } from './agent.ts'

// Below this a connection that can be used again is worth more than a cheaper copy.
const LARGE_BODY_BYTES = 1024 * 1024
// One is written while the next is read.
const IN_FLIGHT = 2

/** The announced length of an answer that `passLargeBody` may take; undefined for all others. */
export function largeBodyBytes(method: string | undefined, answer: IncomingMessage): number | undefined {
  const { statusCode, headers } = answer
  if (method !== 'GET' || (statusCode !== 200 && statusCode !== 206)) return undefined
  if (headers['transfer-encoding'] !== undefined) return undefined
  const lengthBytes = Number(headers['content-length'])
  return lengthBytes >= LARGE_BODY_BYTES ? lengthBytes : undefined
}

/**
 * Copies a body of known length from the connection to the client in a few buffers that are used again and again, past
 * node's HTTP parser, which would copy each chunk once more. Ends the connection when the last byte has come; errors
 * and early ends show at `answer` as ever.
 *
 * @param onBytes called for each chunk
 * @returns false when this connection cannot be read so; nothing has happened then
 */
export function passLargeBody(
  answer: IncomingMessage,
  res: ServerResponse,
  lengthBytes: number,
  onBytes: () => void,
): boolean {
  const { socket } = answer
  let leftBytes = lengthBytes
  let inFlight = 0
  const write = (bytes: Buffer, done: () => void) => {
    // A server that sends more than it announced must not write into the next answer.
    const part = bytes.byteLength > leftBytes ? bytes.subarray(0, leftBytes) : bytes
    leftBytes -= part.byteLength
    onBytes()
    if (leftBytes > 0) return void res.write(part, done)
    // What the HTTP client makes of the connection's end is of no interest any more.
    answer
      .removeAllListeners('error')
      .removeAllListeners('aborted')
      .on('error', () => {})
    socket.destroy()
    res.end(part, done)
  }
  const diverted = divert(socket, (chunk, release) => {
    if (leftBytes === 0) return false
    inFlight++
    write(chunk, () => {
      release()
      if (inFlight-- === IN_FLIGHT && leftBytes > 0) socket.resume()
    })
    return inFlight < IN_FLIGHT
  })
  if (!diverted) return false
  // What came in one piece with the head has gone through the parser already.
  for (let first = answer.read(); first !== null && leftBytes > 0; first = answer.read())
    write(first as Buffer, () => {})
  if (leftBytes > 0) socket.resume()
  return true
}
