import type { Schemas } from '@berth/contract'
import { getConfigurations, updateConfigurations } from '@berth/core/configurations'
import type { Handlers } from './handler.ts'
import { done, ok } from './replies.ts'

export const configurations: Handlers<'getConfigurations' | 'updateConfigurations'> = {
  async getConfigurations({ core, actor }) {
    // The table's values have the types that the contract gives the same keys; tests hold every answer against it.
    return ok((await getConfigurations(core, actor)) as Schemas['ConfigurationsResponse'])
  },

  async updateConfigurations({ core, actor, body }) {
    await updateConfigurations(core, actor, body)
    return done()
  },
}
