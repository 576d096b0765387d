import { currentUserPermissions, getPermissions } from '@berth/core/permissions'
import type { Handlers } from './handler.ts'
import { ok } from './replies.ts'

export const permissions: Handlers<'getPermissions' | 'getCurrentUserPermissions'> = {
  async getPermissions({ core, actor }) {
    return ok(await getPermissions(core, actor))
  },

  async getCurrentUserPermissions({ core, actor, query: { scope, relative } }) {
    return ok(await currentUserPermissions(core, actor, { scope, relative }))
  },
}
