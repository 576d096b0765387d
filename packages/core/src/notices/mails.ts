import { toActor, userFacts } from '../authentication/index.ts'
import type { Core } from '../context/index.ts'
import { type Mail, readMailServer, sendMails } from '../mail/index.ts'
import { sightOf } from './service.ts'
import { type DueMail, isSeen, readDueMails, readPreferences, withMails, writeMailDone } from './store.ts'
import { mailText } from './texts.ts'

const BATCH = 50
/** After so many tries over half a day it stays in the inbox only. */
const DELAYS_MS = [60_000, 5 * 60_000, 30 * 60_000, 2 * 3_600_000, 10 * 3_600_000] as const

export interface MailRun {
  sent: number
  /** People who may not see it any more, follow it no more, or have no address. */
  dropped: number
  /** Tried again later. */
  failed: number
  /** Not tried again. */
  givenUp: number
  /** What the server said last, for the log. */
  problem?: string
}

/**
 * Sends what is due, on one node at a time; at least once. Undefined when there is nothing to do or another node is
 * at it. Whether the person may still see it, and follows it, is asked again now.
 *
 * @throws errors of the database
 */
export async function sendNoticeMails(core: Core, signal?: AbortSignal): Promise<MailRun | undefined> {
  if ((await readDueMails(core, 1)).length === 0) return undefined
  return withMails(core, () => sendDue(core, signal))
}

async function sendDue(core: Core, signal: AbortSignal | undefined): Promise<MailRun> {
  const run: MailRun = { sent: 0, dropped: 0, failed: 0, givenUp: 0 }
  const server = await readMailServer(core)
  while (!signal?.aborted) {
    const due = await readDueMails(core, BATCH)
    if (due.length === 0) break
    if (!server) {
      for (const { id } of due) await writeMailDone(core, id)
      run.dropped += due.length
      continue
    }
    const mails = new Map<Mail, DueMail>()
    for (const notice of due) {
      const mail = await toMail(core, notice)
      if (mail) mails.set(mail, notice)
      else {
        await writeMailDone(core, notice.id)
        run.dropped++
      }
    }
    const before = run.failed
    await sendMails(core, server, [...mails.keys()], async (mail, error) => {
      const { id, attempts } = mails.get(mail)!
      const delayMs = error?.permanent ? undefined : DELAYS_MS[attempts]
      if (!error) run.sent++
      else if (delayMs === undefined) run.givenUp++
      else run.failed++
      if (error) run.problem = error.message
      const again = error && delayMs !== undefined
      await writeMailDone(
        core,
        id,
        again ? { attempts: attempts + 1, dueAt: new Date(core.now() + delayMs) } : undefined,
      )
    })
    // A server that is away is not asked about everybody.
    if (run.failed > before) break
  }
  return run
}

async function toMail(core: Core, notice: DueMail): Promise<Mail | undefined> {
  const { id, userId, kind, facts, email } = notice
  const person = await userFacts(core, userId)
  if (!person || person.disabled || !email) return undefined
  const { kinds, language } = await readPreferences(core, userId)
  if (!kinds[kind].mail) return undefined
  if (!isSeen(notice, await sightOf(core, toActor(person, 'session')))) return undefined
  const { externalUrl } = core.settings
  return { to: email, id: `notice-${id}`, ...mailText(kind, facts, { language, externalUrl }) }
}
