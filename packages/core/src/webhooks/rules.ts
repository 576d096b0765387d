import { compileGlob } from '../globs/index.ts'
import { plainText } from '../plain-text/index.ts'
import type { WebhookPolicy } from './model.ts'
import type { Notice } from './payloads.ts'

/** Whether a policy tells of this: enabled, of its types, and within its filters. */
export function isWanted(
  policy: Pick<WebhookPolicy, 'enabled' | 'eventTypes' | 'repositoryFilter' | 'tagFilter'>,
  notice: Notice,
): boolean {
  if (!policy.enabled || notice.type === 'TEST' || !policy.eventTypes.includes(notice.type)) return false
  // What concerns the project as a whole, as its quota, is no matter of one repository or tag.
  if (!notice.type.endsWith('_ARTIFACT') || !notice.repository) return true
  const path = notice.repository.fullName.slice(notice.project.length + 1)
  if (policy.repositoryFilter !== '' && !compileGlob(policy.repositoryFilter).matches(path)) return false
  if (policy.tagFilter === '') return true
  const glob = compileGlob(policy.tagFilter)
  // An artifact without a tag has its digest there, which is no tag.
  return notice.resources.some(({ tag, digest }) => tag !== undefined && tag !== digest && glob.matches(tag))
}

const FIRST_DELAY_MS = 5_000
const MAX_DELAY_MS = 3_600_000
/** More than that nobody is allowed to ask for. */
const MAX_RETRY_AFTER_MS = 24 * 3_600_000

/**
 * How long to wait after so many attempts: three times as long each time up to an hour, and up to a third less by
 * chance, so that what failed together does not come back together. A target may ask for more.
 *
 * @param chance from 0 to 1
 */
export function delayAfter(attempts: number, chance: number, retryAfterMs = 0): number {
  const fullMs = Math.min(FIRST_DELAY_MS * 3 ** (attempts - 1), MAX_DELAY_MS)
  return Math.round(Math.max(fullMs * (1 - chance / 3), Math.min(retryAfterMs, MAX_RETRY_AFTER_MS)))
}

/** Seconds or a date (RFC 9110, section 10.2.3), in milliseconds from now; 0 when it says nothing. */
export function readRetryAfter(value: string | undefined, nowMs: number): number {
  if (value === undefined) return 0
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000
  const at = Date.parse(value)
  return Number.isNaN(at) ? 0 : Math.max(0, at - nowMs)
}

/** What is kept of a target's answer, for people to look at. */
export interface Answer {
  /** When the attempt began. */
  at: string
  tookMs: number
  /** 0: there was no answer. */
  status: number
  headers: Record<string, string>
  /** The first 4 KiB, as text. */
  body: string
  /** Why it counts as failed; empty when it does not. */
  error: string
}

const MAX_BODY_LENGTH = 4_096
/** A little more is read than shown, so that no secret is cut in two at the end and then not known again. */
export const READ_BYTES = 6_144
const MAX_HEADERS = 20
const MAX_VALUE_LENGTH = 256
const secretive = /cookie|auth|token|secret|key|password|credential|signature|session/i

/** Without what may be secret: headers of such names, and any value that was sent as one. */
export function redact(
  answer: { headers: Record<string, string | string[] | undefined>; body: Buffer },
  secrets: readonly string[],
): Pick<Answer, 'headers' | 'body'> {
  // A word of a few letters would tear holes into any text.
  const words = secrets
    .flatMap((secret) => [secret, secret.replace(/^\w+ /, '')])
    .filter((word) => word.length >= 6)
  const clean = (text: string) => words.reduce((rest, word) => rest.replaceAll(word, '***'), plainText(text))
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(answer.headers).slice(0, MAX_HEADERS)) {
    if (value === undefined) continue
    const shown = secretive.test(name) ? '***' : clean([value].flat().join(', '))
    headers[name.slice(0, 128)] = plainText(shown, MAX_VALUE_LENGTH)
  }
  const body = clean(new TextDecoder('utf-8').decode(answer.body))
  return { headers, body: plainText(body, MAX_BODY_LENGTH) }
}
