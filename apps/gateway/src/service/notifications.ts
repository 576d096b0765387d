import { receiveNotifications, requireNotificationsSecret } from '@berth/core/notifications'
import type { Gateway } from '../gateway.ts'
import { OciError } from '../oci-error.ts'
import { type Exchange, readBody } from '../request.ts'

const MAX_ENVELOPE_BYTES = 4 * 1024 * 1024

/**
 * Where a registry that clients reach directly tells what happened. It repeats an envelope until the answer is 2xx, which
 * it gets as soon as the events are stored: nothing it does later may cost the registry its place in the queue.
 *
 * @throws OciError 400, 405, 413; DomainError UNAUTHORIZED
 */
export async function notificationsDoor({ core, inbox }: Gateway, exchange: Exchange): Promise<void> {
  const { req, res } = exchange
  if (req.method !== 'POST')
    throw new OciError(405, 'UNSUPPORTED', 'notifications are posted', { headers: { allow: 'POST' } })
  requireNotificationsSecret(core, req.headers.authorization)
  const bytes = await readBody(exchange, { maxBytes: MAX_ENVELOPE_BYTES })
  const stored = await receiveNotifications(core, parse(bytes))
  res.writeHead(202, { 'content-length': 0 }).end()
  if (stored > 0) inbox.kick()
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    throw new OciError(400, 'UNSUPPORTED', 'a notification is JSON')
  }
}
