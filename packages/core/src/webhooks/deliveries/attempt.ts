import type { Core } from '../../context/index.ts'
import { fetchOutbound, type OutboundAnswer, OutboundError } from '../../outbound/index.ts'
import { signatureHeaders } from '../../signatures/index.ts'
import type { Target, WebhookPolicy } from '../model.ts'
import { contentTypeOf } from '../payloads.ts'
import { type Answer, READ_BYTES, readRetryAfter, redact } from '../rules.ts'
import { openSecrets } from '../targets.ts'
import { limits } from './limits.ts'

/** What is sent, beside where to. */
export interface Message {
  uid: string
  event: string
  body: string
  attempt: number
}

export interface Attempt {
  answer: Answer
  delivered: boolean
  /** The target says that it is no more, for good. */
  gone: boolean
  retryAfterMs: number
  /** There was no HTTP answer at all: the host may be in trouble, not only this address. */
  unreachable: boolean
}

const UNSAFE_REDIRECT =
  'the target answered with a redirect, which is not followed; give the address it leads to'

/** The secrets that sign: the policy's, and for a while the one before it. */
function signingSecrets(core: Core, policy: WebhookPolicy, now: number): string[] {
  const { secret, previousSecret, previousSecretUntil } = policy
  const sealed = secret === null ? [] : [secret]
  if (previousSecret !== null && previousSecretUntil !== null && previousSecretUntil.getTime() > now)
    sealed.push(previousSecret)
  return sealed.map((text) => core.secrets.decrypt('webhooks', text))
}

/** One request to a target. It throws nothing that the network or the target can cause. */
export async function attempt(
  core: Core,
  policy: WebhookPolicy,
  target: Target,
  message: Message,
): Promise<Attempt> {
  const begin = core.now()
  const { timeoutMs } = await limits(core)
  const { authHeader, headers: custom } = openSecrets(core, target)
  const signing = signingSecrets(core, policy, begin)
  const hidden = [authHeader, ...Object.values(custom), ...signing]
  const headers: Record<string, string> = {
    ...custom,
    'content-type': contentTypeOf(target),
    'content-length': String(Buffer.byteLength(message.body)),
    ...signatureHeaders(signing, begin, message.uid, message.body),
    'berth-webhook-event': message.event,
    'berth-webhook-attempt': String(message.attempt),
    ...(authHeader !== '' && { authorization: authHeader }),
  }
  const started = performance.now()
  const took = () => Math.round(performance.now() - started)
  const at = new Date(begin).toISOString()
  try {
    const answer = await fetchOutbound(core, target.address, {
      method: 'POST',
      headers,
      body: message.body,
      maxBytes: READ_BYTES,
      cut: true,
      insecure: target.skipCertVerify,
      timeoutMs,
    })
    return judge(core, answer, { at, tookMs: took(), ...redact(answer, hidden) })
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error
    const failed = { at, tookMs: took(), status: 0, headers: {}, body: '', error: error.message }
    const unreachable = ['connection', 'timeout', 'unresolved'].includes(error.reason)
    return { answer: failed, delivered: false, gone: false, retryAfterMs: 0, unreachable }
  }
}

function judge(
  core: Core,
  { status, headers }: OutboundAnswer,
  kept: Omit<Answer, 'status' | 'error'>,
): Attempt {
  const delivered = status >= 200 && status < 300
  const redirected = status >= 300 && status < 400 && status !== 304
  const error = delivered ? '' : redirected ? UNSAFE_REDIRECT : `the target answered ${status}`
  const retryAfterMs = delivered ? 0 : readRetryAfter([headers['retry-after']].flat()[0], core.now())
  return {
    answer: { ...kept, status, error },
    delivered,
    gone: status === 410,
    retryAfterMs,
    unreachable: false,
  }
}
