import type { Schemas } from '@berth/contract'
import {
  type AccessToken,
  createAccessToken,
  listAccessTokens,
  revokeAccessToken,
} from '@berth/core/access-tokens'
import type { Handlers } from './handler.ts'
import { ownId, toId } from './references.ts'
import { created, done, ok } from './replies.ts'

/** Field by field: a new column must never leave by itself. */
const presentToken = (token: AccessToken): Schemas['AccessToken'] => ({
  id: token.id,
  name: token.name,
  scopes: token.scopes,
  ...(token.projects !== 'all' && { projects: token.projects }),
  ...(token.expiresAt && { expiration_time: token.expiresAt.toISOString() }),
  ...(token.lastUsedAt && { last_used_time: token.lastUsedAt.toISOString() }),
  creation_time: token.createdAt.toISOString(),
})

export const accessTokens: Handlers<
  | 'listMyAccessTokens'
  | 'createMyAccessToken'
  | 'deleteMyAccessToken'
  | 'listAccessTokens'
  | 'deleteAccessToken'
> = {
  async listMyAccessTokens({ core, actor }) {
    return ok((await listAccessTokens(core, actor, ownId(actor))).map(presentToken))
  },

  async createMyAccessToken(context) {
    const { core, actor, body } = context
    const { name, scopes, projects, duration: durationDays } = body
    const { token, secret } = await createAccessToken(core, actor, { name, scopes, projects, durationDays })
    return {
      ...created(context, token.id),
      body: {
        id: token.id,
        name: token.name,
        secret,
        ...(token.expiresAt && { expiration_time: token.expiresAt.toISOString() }),
        creation_time: token.createdAt.toISOString(),
      },
    }
  },

  async deleteMyAccessToken({ core, actor, path }) {
    await revokeAccessToken(core, actor, ownId(actor), toId(path.token_id))
    return done()
  },

  async listAccessTokens({ core, actor, path }) {
    return ok((await listAccessTokens(core, actor, toId(path.user_id))).map(presentToken))
  },

  async deleteAccessToken({ core, actor, path }) {
    await revokeAccessToken(core, actor, toId(path.user_id), toId(path.token_id))
    return done()
  },
}
