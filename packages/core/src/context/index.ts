import { setTimeout as delay } from 'node:timers/promises'
import { type Db, openDb } from '@berth/db'
import { Metrics } from '../metrics/index.ts'
import { openSecrets, type Secrets } from '../secrets/index.ts'
import { TtlCache } from './ttl-cache.ts'

export { isOutOfTime, isUnavailable } from '@berth/db'
export { TtlCache } from './ttl-cache.ts'

/** What every use case gets first: made once per process by `createCore`. */
export interface Core {
  readonly db: Db
  readonly secrets: Secrets
  readonly settings: CoreSettings
  /** What this process counts; an app shows it on a port of its own. */
  readonly metrics: Metrics
  /** Milliseconds since the epoch; tests set it. */
  readonly now: () => number
  /** Resolves after so many milliseconds; tests need not wait. */
  readonly wait: (ms: number) => Promise<void>
  /** A cache made at first use and shared by name: what a feature remembers lives and dies with the Core. */
  cache<V>(name: string, ttlMs: number, maxEntries: number): TtlCache<V>
  /** Runs before the database is closed, for what is written late; what it throws is passed over. */
  beforeClose(work: () => Promise<void>): void
  close(): Promise<void>
}

export interface CoreSettings {
  /** postgresql:// or mysql:// */
  databaseUrl: string
  /** At least 32 characters. */
  secretKey: string
  /** Where clients reach Berth: scheme://host[:port], no path. */
  externalUrl: string
  /** The registry behind Berth, as this process reaches it. */
  registryUrl: string
  /** Only for a registry that does not trust Berth's tokens. */
  registryCredentials?: { username: string; password: string }
  /** PEM of authorities that the registry's certificate may come from, beside those of the system. */
  registryCa?: string
  redisUrl?: string
  /** Tells nodes apart in heartbeats and logs. */
  nodeName?: string
  poolSize?: number
  lockPoolSize?: number
  /** Where this process finds the console; only for the health check. */
  webUrl?: string
  now?: () => number
  wait?: (ms: number) => Promise<void>
}

// The same each time: nothing is made for each query.
const NONE = [] as const
const OK = ['ok'] as const
const FAILED = ['failed'] as const

export function createCore(settings: CoreSettings): Core {
  const now = settings.now ?? Date.now
  const metrics = new Metrics()
  const db = openDb({
    url: settings.databaseUrl,
    poolSize: settings.poolSize,
    lockPoolSize: settings.lockPoolSize,
    onQuery(seconds, ok) {
      metrics.add('berth_db_queries_total', ok ? OK : FAILED)
      metrics.observe('berth_db_query_duration_seconds', NONE, seconds)
    },
  })
  const caches = new Map<string, TtlCache<unknown>>()
  metrics.onScrape('core', () => collectCore(metrics, db, caches))
  const last: (() => Promise<void>)[] = []
  return {
    db,
    secrets: openSecrets(settings.secretKey),
    settings,
    metrics,
    now,
    // What waits keeps no process from ending.
    wait: settings.wait ?? ((ms) => delay(ms, undefined, { ref: false })),
    cache<V>(name: string, ttlMs: number, maxEntries: number) {
      let cache = caches.get(name)
      if (!cache) {
        cache = new TtlCache<unknown>(ttlMs, maxEntries, now)
        caches.set(name, cache)
      }
      return cache as TtlCache<V>
    },
    beforeClose: (work) => void last.push(work),
    async close() {
      await Promise.allSettled(last.splice(0).map((work) => work()))
      await db.close()
    },
  }
}

function collectCore(metrics: Metrics, db: Db, caches: ReadonlyMap<string, TtlCache<unknown>>): void {
  for (const [name, { hits, misses, size }] of caches) {
    metrics.set('berth_cache_lookups_total', [name, 'hit'], hits)
    metrics.set('berth_cache_lookups_total', [name, 'miss'], misses)
    metrics.set('berth_cache_entries', [name], size)
  }
  const { transactions, maxConnections, pools } = db.usage()
  metrics.set('berth_db_transactions_running', [], transactions)
  metrics.set('berth_db_connections_max', [], maxConnections)
  for (const { name, active, idle, waiting } of pools) {
    metrics.set('berth_db_connections', [name, 'active'], active)
    metrics.set('berth_db_connections', [name, 'idle'], idle)
    metrics.set('berth_db_waiting', [name], waiting)
  }
}
