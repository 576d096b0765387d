import { env } from '../env.ts'
import { type Core, createCore } from './core.ts'

// Next bundles pages and route handlers apart; only the process itself is shared between them.
const shared = globalThis as { berthCore?: Core }

/** The process's one Core: one database pool, one set of caches. */
export function getCore(): Core {
  shared.berthCore ??= createCore(env().core)
  return shared.berthCore
}
