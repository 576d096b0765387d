import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'
import { createAuthority } from './certificates.ts'

export interface ReceivedMail {
  from: string
  to: string[]
  /** As it came, headers first. */
  raw: string
  /** By their names in lower case, decoded and unfolded. */
  headers: ReadonlyMap<string, string>
  /** Decoded. */
  text: string
  /** Who signed in. */
  user: string | undefined
  encrypted: boolean
}

export interface TestMailServer {
  host: string
  port: number
  /** Who signed its certificate. */
  authorityPem: string
  mails: ReceivedMail[]
  /** An answer in place of taking the mail, as `550` for good and `451` for now. */
  refusal: { code: number; words: string } | undefined
  /** Runs when a mail has come and before the server says that it took it; gives whether it keeps the mail. */
  beforeTaking: ((count: number) => Promise<boolean>) | undefined
  stop(): Promise<void>
}

/** A real SMTP server that keeps what it is given. With `user`, only after signing in with it. */
export async function startMailServer(
  options: { user?: string; password?: string; tls?: 'starttls' | 'tls' } = {},
): Promise<TestMailServer> {
  const authority = createAuthority()
  const { certificatePem, keyPem } = authority.issue(['localhost', '127.0.0.1'])
  const mails: ReceivedMail[] = []
  let arrived = 0
  const refused = () => {
    const { refusal } = received
    return refusal && Object.assign(new Error(refusal.words), { responseCode: refusal.code })
  }
  const server = new SMTPServer({
    secure: options.tls === 'tls',
    cert: certificatePem,
    key: keyPem,
    hideSTARTTLS: options.tls !== 'starttls',
    authOptional: options.user === undefined,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    onAuth({ username, password }, _session, done) {
      if (username === options.user && password === options.password) done(null, { user: username })
      else done(Object.assign(new Error('Wrong user or password'), { responseCode: 535 }))
    },
    onRcptTo: (_address, _session, done) => done(refused()),
    onData(stream, session, done) {
      void text(stream).then(async (raw) => {
        if ((await received.beforeTaking?.(++arrived)) === false) return done(new Error('not kept'))
        const { mailFrom, rcptTo } = session.envelope
        mails.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          raw,
          ...parse(raw),
          user: session.user as string | undefined,
          encrypted: session.secure,
        })
        done()
      }, done)
    },
  })
  server.on('error', () => {})
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const received: TestMailServer = {
    host: 'localhost',
    port: (listening.address() as AddressInfo).port,
    authorityPem: authority.certificatePem,
    mails,
    refusal: undefined,
    beforeTaking: undefined,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
  return received
}

function parse(raw: string): { headers: Map<string, string>; text: string } {
  const end = raw.indexOf('\r\n\r\n')
  const headers = new Map<string, string>()
  for (const line of raw
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')) {
    const colon = line.indexOf(':')
    headers.set(line.slice(0, colon).toLowerCase(), decodeWords(line.slice(colon + 1).trim()))
  }
  const body = raw.slice(end + 4)
  const encoding = headers.get('content-transfer-encoding')
  return { headers, text: encoding === 'base64' ? Buffer.from(body, 'base64').toString('utf8') : body }
}

/** RFC 2047, UTF-8 only. */
const decodeWords = (value: string): string =>
  value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
      kind.toLowerCase() === 'b'
        ? Buffer.from(word, 'base64').toString('utf8')
        : Buffer.from(
            word
              .replaceAll('_', ' ')
              .replace(/=([0-9A-F]{2})/gi, (_all, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
            'latin1',
          ).toString('utf8'),
    )
