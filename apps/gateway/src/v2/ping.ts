import { sendJson } from './answers.ts'
import type { V2Request } from './request.ts'

export async function ping({ exchange }: V2Request): Promise<void> {
  sendJson(exchange, {})
}
