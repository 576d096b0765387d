import { getHealth } from '@berth/core/health'
import type { Handlers } from './handler.ts'
import { ok } from './replies.ts'

export const health: Handlers<'getHealth'> = {
  async getHealth({ core }) {
    return ok(await getHealth(core))
  },
}
