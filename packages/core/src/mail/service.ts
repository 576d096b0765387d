import { randomUUID } from 'node:crypto'
import { record } from '../audit/index.ts'
import { type Actor, authorizeSystem } from '../authorization/index.ts'
import { currentSetting, MAILBOX } from '../configurations/index.ts'
import type { Core } from '../context/index.ts'
import { badRequest } from '../errors/index.ts'
import { type MailError, sendMails } from './send.ts'
import { readMailServer } from './settings.ts'

/** Whether there is a server to send mails to. At most three seconds old. */
export const canSendMail = async (core: Core): Promise<boolean> =>
  (await currentSetting(core, 'smtp_host')) !== '' && (await currentSetting(core, 'smtp_from')) !== ''

/**
 * Sends a mail with the settings as they are stored, now. For administrators: it shows the server's own words.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, BAD_REQUEST
 */
export async function sendTestMail(
  core: Core,
  actor: Actor,
  to: string,
): Promise<{ success: boolean; message: string }> {
  authorizeSystem(actor, 'update', 'configuration')
  if (!MAILBOX.test(to)) throw badRequest('to must be one mail address')
  const server = await readMailServer(core)
  if (!server) throw badRequest('mails need smtp_host and smtp_from')
  let failure: MailError | undefined
  const { externalUrl } = core.settings
  const mail = {
    to,
    subject: 'A test mail from Berth',
    text: `Berth at ${externalUrl} can send mails.\n\n${externalUrl} 的 Berth 可以发送邮件。\n`,
    id: `test-${randomUUID()}`,
  }
  await sendMails(core, server, [mail], async (_, error) => {
    failure = error
  })
  const result = { success: failure === undefined, message: failure?.message ?? '' }
  const detail = { ...result, host: server.host, to }
  await record(core, undefined, {
    resourceType: 'configuration',
    action: 'test',
    actor,
    resource: 'smtp',
    detail,
  })
  return result
}
