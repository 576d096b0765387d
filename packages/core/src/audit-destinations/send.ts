import { createHash } from 'node:crypto'
import type { Core } from '../context/index.ts'
import { sendHttp } from './http.ts'
import type { Destination, Target } from './model.ts'
import { type Outgoing, toJson } from './records.ts'
import { sendSyslog } from './syslog.ts'
import { frame } from './syslog-message.ts'

export function toTarget(
  core: Core,
  { secretEncrypted, previousSecretEncrypted, previousSecretUntil, ...destination }: Destination,
): Target {
  const open = (text: string | null) =>
    text === null ? null : core.secrets.decrypt('audit-destinations', text)
  const overlaps = previousSecretUntil !== null && previousSecretUntil.getTime() > core.now()
  return {
    ...destination,
    secret: open(secretEncrypted),
    previousSecret: overlaps ? open(previousSecretEncrypted) : null,
  }
}

/** The same when the same lines are sent again. */
function batchId(records: readonly Outgoing[]): string {
  const parts = records.map((record) => {
    if (record.kind === 'line') return `${record.line.position} ${record.line.hash}`
    return record.kind === 'gap' ? `gap ${record.gap.lastPosition}` : `test ${record.at.toISOString()}`
  })
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32)
}

/** Resolves when the receiver has said that it has everything. @throws DeliveryError */
export async function deliver(
  core: Core,
  target: Target,
  records: readonly Outgoing[],
  signal: AbortSignal,
): Promise<string> {
  if (target.kind === 'http') {
    const { status } = await sendHttp(target, batchId(records), records.map(toJson), core.now())
    return `the receiver answered ${status}`
  }
  const { hostname } = new URL(core.settings.externalUrl)
  await sendSyslog(target, Buffer.concat(records.map((record) => frame(record, hostname))), signal)
  return 'the receiver took it and closed its side of the connection in order'
}
