import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { LdapError } from './errors.ts'

// ldapts reads messages by recursion, one level per message in a chunk: 64 KiB of small ones would end in a stack overflow.
const MAX_CHUNK_BYTES = 4_096

/**
 * A connected socket as ldapts may see it: counts what an operation's answer weighs, hands it over in small pieces, and
 * remembers why the connection ended, which ldapts forgets.
 */
export class BoundedStream extends Duplex {
  // ldapts asks these two to learn that it need not wait for a connection.
  readonly connecting = false
  readonly readyState = 'open'
  failure: Error | undefined
  #socket: Socket
  #leftBytes = 0

  constructor(socket: Socket) {
    super({ autoDestroy: true })
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.on('end', () => this.push(null))
    socket.on('error', (error) => this.destroy(error))
    socket.on('close', () => this.destroy())
    // Without a listener an error on an idle connection would end the process.
    this.on('error', () => {})
  }

  /** Begins an operation whose answer may weigh so much. */
  allow(bytes: number): void {
    this.#leftBytes = bytes
  }

  #take(chunk: Buffer): void {
    this.#leftBytes -= chunk.length
    if (this.#leftBytes < 0) {
      this.destroy(new LdapError('ANSWER_TOO_LARGE', 'The directory sent more than was asked for'))
      return
    }
    let more = true
    for (let at = 0; at < chunk.length; at += MAX_CHUNK_BYTES)
      more = this.push(chunk.subarray(at, at + MAX_CHUNK_BYTES))
    if (!more) this.#socket.pause()
  }

  override _read(): void {
    this.#socket.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done)
  }

  override _final(done: () => void): void {
    this.#socket.end(done)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.failure ??= error ?? undefined
    this.#socket.destroy()
    done(error)
  }
}
