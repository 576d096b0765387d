import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

const word = (text: string) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`
const command = (...words: string[]) => `*${words.length}\r\n${words.map(word).join('')}`

/**
 * Says PING to a Redis (RESP, one command after AUTH). A client library for one word a second would be a heavy guest
 * here: queues and caches are other rooms' business.
 *
 * @throws Error when no +PONG came before the signal
 */
export async function pingRedis(redisUrl: string, signal: AbortSignal): Promise<void> {
  const url = new URL(redisUrl)
  const password = decodeURIComponent(url.password)
  const username = decodeURIComponent(url.username)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const target = { host, port: Number(url.port || 6379) }
  const socket: Socket =
    url.protocol === 'rediss:' ? connectTls({ ...target, servername: host }) : connectTcp(target)
  try {
    await new Promise<void>((resolve, reject) => {
      let answer = ''
      signal.addEventListener('abort', () => reject(new Error('no answer in time')), { once: true })
      socket.on('error', reject)
      socket.on('close', () => reject(new Error('connection closed')))
      socket.on('data', (bytes) => {
        answer += bytes.toString('latin1')
        if (answer.includes('+PONG\r\n')) resolve()
        else if (/^-/m.test(answer) || answer.length > 1_024) reject(new Error('not a usable answer'))
      })
      const auth = password ? command('AUTH', ...(username ? [username] : []), password) : ''
      socket.write(auth + command('PING'))
    })
  } finally {
    socket.destroy()
  }
}
