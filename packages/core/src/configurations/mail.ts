import { choice, secretText, switchable, text, wholeNumber } from './kinds.ts'
import { authorities, line } from './ldap.ts'

/** One mailbox, as it may stand behind `From:`: nothing in it can begin another header or another address. */
export const MAILBOX =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,188}[A-Za-z0-9])?$/

/** The server that mails go to; Berth's own, Harbor has none. `core/mail` gives them their meaning. */
export const mailConfigurations = {
  /** Empty: no mails are sent. */
  smtp_host: text(255, '', (value) => (/^[A-Za-z0-9.:_-]*$/.test(value.trim()) ? value.trim() : undefined)),
  smtp_port: wholeNumber(587, 1, 65_535),
  /** STARTTLS is insisted on; `tls` from the first byte. */
  smtp_security: choice(['starttls', 'tls', 'none']),
  smtp_verify_cert: switchable(true),
  /** Authorities to trust beside those of the system, in PEM. */
  smtp_ca: text(65_536, '', authorities),
  /** Empty: without signing in. */
  smtp_user: line(255),
  smtp_password: secretText(1_024),
  /** The address that mails come from. */
  smtp_from: text(255, '', (value) =>
    value.trim() === '' || MAILBOX.test(value.trim()) ? value.trim() : undefined,
  ),
}
