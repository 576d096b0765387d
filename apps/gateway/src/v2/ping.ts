import { sendJson } from './answers.ts'
import type { At } from './path.ts'
import { passToRegistry } from './registry.ts'
import type { V2Request } from './request.ts'

export async function ping({ exchange }: V2Request): Promise<void> {
  sendJson(exchange, {})
}

/** The registry's own answer: 2.8 and 3.x have none, and clients then use the tag schema of the spec. */
export const referrers = (request: V2Request<At<'/v2/<name>/referrers/<digest>'>>) =>
  passToRegistry(request, { target: `/v2/${request.path.name}/referrers/${request.path.digest}` })
