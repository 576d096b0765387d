import { getCACertificates } from 'node:tls'
import { MAILBOX } from '../configurations/index.ts'
import type { Core } from '../context/index.ts'
import type { MailServer } from './settings.ts'

export interface Mail {
  to: string
  subject: string
  /** Plain text: what people chose to call things is never read as markup. */
  text: string
  /** The same for the same mail sent again, so that mail programs can tell. */
  id: string
}

/** What the mail server said, or why it could not be asked: for administrators. */
export class MailError extends Error {
  override name = 'MailError'
  /** The server does not want this mail, now or later: no such mailbox. */
  readonly permanent: boolean
  constructor(message: string, permanent: boolean, cause?: unknown) {
    super(message, { cause })
    this.permanent = permanent
  }
}

const CONNECT_TIMEOUT_MS = 10_000
const ANSWER_TIMEOUT_MS = 20_000
const MAX_WORDS = 300

/** Sends one after the other over one connection; `done` hears of each. The first failure of the server itself ends it. */
export async function sendMails(
  core: Core,
  server: MailServer,
  mails: readonly Mail[],
  done: (mail: Mail, error: MailError | undefined) => Promise<void>,
): Promise<void> {
  // Few processes ever send one.
  const { createTransport } = await import('nodemailer')
  const transport = createTransport({
    ...connection(server),
    name: new URL(core.settings.externalUrl).hostname,
    pool: true,
    maxConnections: 1,
  })
  try {
    for (const mail of mails) {
      const error = await send(core, transport, server, mail)
      await done(mail, error)
      if (error && !error.permanent) return
    }
  } finally {
    transport.close()
  }
}

function connection({ host, port, security, verify, caPem, user, password }: MailServer) {
  return {
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: {
      rejectUnauthorized: verify,
      minVersion: 'TLSv1.2' as const,
      ...(caPem !== '' && { ca: [...getCACertificates('default'), caPem] }),
    },
    ...(user !== '' && { auth: { user, pass: password } }),
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: ANSWER_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

type Transport = ReturnType<typeof import('nodemailer')['createTransport']>

async function send(
  core: Core,
  transport: Transport,
  { from }: MailServer,
  { to, subject, text, id }: Mail,
): Promise<MailError | undefined> {
  if (!MAILBOX.test(to)) return new MailError('this is no address that mails can be sent to', true)
  try {
    await transport.sendMail({
      from: { name: 'Berth', address: from },
      to: { name: '', address: to },
      // A line break in a header would begin another one.
      subject: subject.replace(/\p{C}+/gu, ' ').trim(),
      text,
      messageId: `<${id}@${new URL(core.settings.externalUrl).hostname}>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
      textEncoding: 'base64',
    })
    return undefined
  } catch (error) {
    return toMailError(error)
  }
}

function toMailError(error: unknown): MailError {
  const { responseCode, command, message } = error as {
    responseCode?: number
    command?: string
    message?: string
  }
  const words = String(message ?? error)
    .replace(/\p{C}+/gu, ' ')
    .slice(0, MAX_WORDS)
  // RFC 5321, section 4.2.1: 5yz is final. A refused sign-in is the settings' fault and not this mail's.
  const aboutMail = command === 'RCPT TO' || command === 'DATA' || command === 'MAIL FROM'
  return new MailError(words, aboutMail && responseCode !== undefined && responseCode >= 500, error)
}
