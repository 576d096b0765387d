import type { Socket } from 'node:net'
import { BerReader } from 'ldapts'
import { LdapError } from './errors.ts'

// ExtendedRequest 1.3.6.1.4.1.1466.20037 as message 1 (RFC 4511, section 4.14).
const request = Buffer.concat([
  Buffer.from('301d02010177188016', 'hex'),
  Buffer.from('1.3.6.1.4.1.1466.20037', 'latin1'),
])
const EXTENDED_RESPONSE = 0x78
const MAX_ANSWER_BYTES = 4_096

/**
 * Asks a server to go on in TLS, and resolves when it agreed. Not a byte may follow its answer: what a person in the
 * middle puts in there would be read as if it had come through TLS. That is why this is not ldapts's own startTLS, which
 * keeps such bytes, never gives up waiting, and reconnects in the clear.
 */
export function requestStartTls(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0)
    const settle = (error?: Error) => {
      socket.off('data', take).off('error', settle).off('close', closed)
      if (error) reject(error)
      else resolve()
    }
    const closed = () =>
      settle(new LdapError('STARTTLS_REFUSED', 'The server hung up when asked for StartTLS'))
    const take = (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      try {
        const verdict = readAnswer(received)
        if (verdict !== undefined) settle(refusal(verdict))
      } catch (cause) {
        settle(new LdapError('PROTOCOL', 'The server’s answer to StartTLS makes no sense', { cause }))
      }
    }
    socket.on('data', take).on('error', settle).on('close', closed)
    socket.write(request)
  })
}

/** The result code of a complete answer, undefined while bytes are missing. Throws for anything else. */
function readAnswer(received: Buffer): { code: number; words: string } | undefined {
  if (received.length > MAX_ANSWER_BYTES) throw new Error('too long')
  const reader = new BerReader(received)
  if (reader.readSequence(0x30) === null) return undefined
  if (reader.length < 0 || reader.length > MAX_ANSWER_BYTES) throw new Error('too long')
  if (reader.remain < reader.length) return undefined
  if (reader.remain > reader.length) throw new Error('bytes follow the answer')
  if (reader.readInt() !== 1) throw new Error('another message')
  reader.readSequence(EXTENDED_RESPONSE)
  const code = reader.readEnumeration() ?? 2
  reader.readString()
  return { code, words: reader.readString() ?? '' }
}

const refusal = ({ code, words }: { code: number; words: string }) =>
  code === 0
    ? undefined
    : new LdapError('STARTTLS_REFUSED', 'The server does not offer StartTLS', {
        resultCode: code,
        detail: words,
      })
