import { type ConfigurationKey, readSettings } from '../configurations/index.ts'
import type { Core } from '../context/index.ts'

const keys = [
  'smtp_ca',
  'smtp_from',
  'smtp_host',
  'smtp_password',
  'smtp_port',
  'smtp_security',
  'smtp_user',
  'smtp_verify_cert',
] as const satisfies readonly ConfigurationKey[]

/** Set by administrators only, so that it may be a private host. */
export interface MailServer {
  host: string
  port: number
  security: 'starttls' | 'tls' | 'none'
  verify: boolean
  caPem: string
  user: string
  password: string
  /** One mailbox. */
  from: string
}

/** Undefined while mails cannot be sent: that takes at least a host and an address to send from. */
export async function readMailServer(core: Core): Promise<MailServer | undefined> {
  const set = await readSettings(core, keys)
  if (set.smtp_host === '' || set.smtp_from === '') return undefined
  return {
    host: set.smtp_host,
    port: set.smtp_port,
    security: set.smtp_security as MailServer['security'],
    verify: set.smtp_verify_cert,
    caPem: set.smtp_ca,
    user: set.smtp_user,
    password: set.smtp_password,
    from: set.smtp_from,
  }
}
