import type { Core } from '../context/index.ts'
import { Gathering } from '../gathering/index.ts'
import type { AuditLine } from './model.ts'
import { currentOrigin } from './origin.ts'
import { type PastLine, recordPast } from './service.ts'

const AT_ONCE = 100
const gatherings = new WeakMap<Core, Gathering<PastLine, undefined>>()

/** A line of what is no change, as a sign-in, in one statement with those of others at the same moment; as `record`. */
export function recordGathered(core: Core, line: AuditLine): Promise<void> {
  let gathering = gatherings.get(core)
  if (!gathering) {
    gathering = new Gathering(AT_ONCE, async (past) => {
      await recordPast(core, undefined, past)
      return past.map(() => undefined)
    })
    gatherings.set(core, gathering)
  }
  return gathering.run({ line, origin: currentOrigin(), at: new Date(core.now()) })
}
