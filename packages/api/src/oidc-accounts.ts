import { createCliSecret, pingProvider, setCliSecret } from '@berth/core/oidc-accounts'
import type { Handlers } from './handler.ts'
import { toId } from './references.ts'
import { done } from './replies.ts'

export const oidcAccounts: Handlers<'pingOIDC' | 'setCliSecret' | 'createCliSecret'> = {
  async pingOIDC({ core, actor, body: { url = '', verify_cert: verifyCert = true } }) {
    await pingProvider(core, actor, { url, verifyCert })
    return done()
  },

  async setCliSecret({ core, actor, path, body: { secret } }) {
    await setCliSecret(core, actor, toId(path.user_id), secret)
    return done()
  },

  async createCliSecret({ core, actor }) {
    return { status: 201, body: { secret: await createCliSecret(core, actor) } }
  },
}
