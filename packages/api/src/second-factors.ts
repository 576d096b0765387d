import type { Schemas } from '@berth/contract'
import {
  beginSetup,
  confirmSetup,
  disableSecondFactor,
  getSecondFactor,
  renewRecoveryCodes,
  resetSecondFactor,
  type SecondFactor,
} from '@berth/core/second-factors'
import type { Handlers } from './handler.ts'
import { ownId, toId } from './references.ts'
import { done, ok } from './replies.ts'

const presentFactor = (factor: SecondFactor): Schemas['SecondFactor'] => ({
  available: factor.available,
  enabled: factor.enabled,
  recovery_codes_left: factor.recoveryCodesLeft,
  ...(factor.since && { enabled_time: factor.since.toISOString() }),
})

export const secondFactors: Handlers<
  | 'getMySecondFactor'
  | 'beginMySecondFactor'
  | 'confirmMySecondFactor'
  | 'renewMyRecoveryCodes'
  | 'disableMySecondFactor'
  | 'getSecondFactor'
  | 'resetSecondFactor'
> = {
  async getMySecondFactor({ core, actor }) {
    return ok(presentFactor(await getSecondFactor(core, actor, ownId(actor))))
  },

  async beginMySecondFactor({ core, actor, body }) {
    return ok(await beginSetup(core, actor, body.password))
  },

  async confirmMySecondFactor({ core, actor, body }) {
    return ok({ recovery_codes: await confirmSetup(core, actor, body.code) })
  },

  async renewMyRecoveryCodes({ core, actor, body: { password, code } }) {
    return ok({ recovery_codes: await renewRecoveryCodes(core, actor, { password, code }) })
  },

  async disableMySecondFactor({ core, actor, body: { password, code } }) {
    await disableSecondFactor(core, actor, { password, code })
    return done()
  },

  async getSecondFactor({ core, actor, path }) {
    return ok(presentFactor(await getSecondFactor(core, actor, toId(path.user_id))))
  },

  async resetSecondFactor({ core, actor, path }) {
    await resetSecondFactor(core, actor, toId(path.user_id))
    return done()
  },
}
