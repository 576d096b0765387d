import { connect } from 'node:net'

export interface RawAnswer {
  status: number
  text: string
}

/** Sends exactly these bytes and reads until the other side closes, or until `stop` is seen. */
export function sendRaw(
  port: number,
  bytes: string | Buffer,
  options: { stop?: RegExp } = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    const timer = setTimeout(
      () => finish(new Error(`no end within 10 s after: ${text.slice(0, 300)}`)),
      10_000,
    )
    const finish = (error?: Error) => {
      clearTimeout(timer)
      socket.destroy()
      if (error) reject(error)
      else resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text })
    }
    socket.on('connect', () => socket.write(bytes))
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      if (options.stop?.test(text)) finish()
    })
    socket.on('close', () => finish())
    socket.on('error', () => {}) // a reset is an end too; `close` follows
  })
}
