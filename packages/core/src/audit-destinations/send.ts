import type { Core } from '../context/index.ts'
import { sendHttp } from './http.ts'
import type { Destination, Target } from './model.ts'
import { type Outgoing, toJson } from './records.ts'
import { sendSyslog } from './syslog.ts'
import { frame } from './syslog-message.ts'

export const toTarget = (core: Core, { secretEncrypted, ...destination }: Destination): Target => ({
  ...destination,
  secret: secretEncrypted === null ? null : core.secrets.decrypt('audit-destinations', secretEncrypted),
})

/** Resolves when the receiver has said that it has everything. @throws DeliveryError */
export async function deliver(
  core: Core,
  target: Target,
  records: readonly Outgoing[],
  signal: AbortSignal,
): Promise<string> {
  if (target.kind === 'http') {
    const { status } = await sendHttp(target, records.map(toJson), core.now())
    return `the receiver answered ${status}`
  }
  const { hostname } = new URL(core.settings.externalUrl)
  await sendSyslog(target, Buffer.concat(records.map((record) => frame(record, hostname))), signal)
  return 'the receiver took it and closed its side of the connection in order'
}
