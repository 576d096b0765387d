import type { Core, TtlCache } from '../context/index.ts'
import { tables, type Use, type UsedKind, writeUses } from './store.ts'

/** How exactly times are kept: one write in so long for each that is used. */
const EXACT_TO_MS = 30_000
const FLUSH_AFTER_MS = 5_000
/** While the database is away; what is used beyond it is not noted. */
const MAX_PENDING = 10_000
const AT_ONCE = 200

const kinds = Object.keys(tables) as UsedKind[]
const noted = (core: Core, kind: UsedKind): TtlCache<true> =>
  core.cache(`last-used.${kind}`, EXACT_TO_MS, 20_000)

interface State {
  pending: Record<UsedKind, Map<number, Date>>
  timer: NodeJS.Timeout | undefined
}
const states = new WeakMap<Core, State>()

function stateOf(core: Core): State {
  let state = states.get(core)
  if (!state) {
    const pending = Object.fromEntries(kinds.map((kind) => [kind, new Map()])) as State['pending']
    state = { pending, timer: undefined }
    states.set(core, state)
    core.beforeClose(() => flushLastUsed(core))
  }
  return state
}

/**
 * Notes that it was used just now. Costs no query: times are written together some seconds later, and what was noted in
 * those seconds is lost when the process is killed.
 */
export function noteUse(core: Core, kind: UsedKind, id: number): void {
  const key = String(id)
  if (noted(core, kind).peek(key)) return
  noted(core, kind).set(key, true)
  const state = stateOf(core)
  if (state.pending[kind].size >= MAX_PENDING) return
  state.pending[kind].set(id, new Date(core.now()))
  state.timer ??= setTimeout(() => void flushLastUsed(core), FLUSH_AFTER_MS).unref()
}

/** Writes what was noted so far; what cannot be written is missed until the next use. */
export async function flushLastUsed(core: Core): Promise<void> {
  const state = stateOf(core)
  clearTimeout(state.timer)
  state.timer = undefined
  for (const kind of kinds) {
    const uses = [...state.pending[kind]].map(([id, at]): Use => ({ id, at }))
    state.pending[kind].clear()
    for (let start = 0; start < uses.length; start += AT_ONCE) {
      const batch = uses.slice(start, start + AT_ONCE)
      try {
        await writeUses(core, kind, batch)
      } catch {
        for (const { id } of batch) noted(core, kind).delete(String(id))
      }
    }
  }
}
