import { watchDestinations } from '../audit-destinations/index.ts'
import type { Core } from '../context/index.ts'
import { outboxLagMs } from '../events/index.ts'
import { probeRegistry } from '../registry/index.ts'
import { pingRedis } from './redis-ping.ts'
import {
  answersQueries,
  beatSince,
  type Pool,
  readPoolsSince,
  removeBeatsBefore,
  writeBeat,
} from './store.ts'

export interface ComponentHealth {
  name: string
  status: 'healthy' | 'unhealthy'
  /** A fixed sentence: addresses and error texts are nobody's business without sign-in. */
  error?: string
}
export interface Health {
  status: 'healthy' | 'unhealthy'
  components: ComponentHealth[]
}

/** Parts that answer no port say at least this often that they live. */
export const BEAT_EVERY_MS = 10_000
const BEAT_COUNTS_MS = 30_000
const TIMEOUT_MS = 2_000
// Jobs that live and do nothing: webhooks, notices and counts wait.
const LATE_MS = 5 * 60_000
// Anybody may ask; however often they do, every component is asked once a second.
const REMEMBER_MS = 1_000

/** The state of every part, for everybody. */
export async function getHealth(core: Core): Promise<Health> {
  const health = await core.cache<Health>('health', REMEMBER_MS, 1).get('all', () => checkAll(core))
  return health!
}

/** Says that this node's part of that name lives; of one that does jobs, how many at once. */
export const beat = (core: Core, component: string, pool?: Pool): Promise<void> =>
  writeBeat(core, component, core.settings.nodeName ?? 'berth', new Date(core.now()), pool)

/** The processes that do jobs and live. For core/job-queues, which asks for the right. */
export const readPools = (core: Core): Promise<(Pool & { node: string; beatAt: Date })[]> =>
  readPoolsSince(core, new Date(core.now() - BEAT_COUNTS_MS))

// Nodes that are gone for good would stay in the table for ever; a day is enough to look after one that is missing.
const KEEP_BEATS_MS = 24 * 3_600_000

/** Forgets parts that have not been heard of for a day; gives how many. */
export const purgeHeartbeats = (core: Core): Promise<number> =>
  removeBeatsBefore(core, new Date(core.now() - KEEP_BEATS_MS))

async function checkAll(core: Core): Promise<Health> {
  const { webUrl, redisUrl } = core.settings
  const checks: Promise<ComponentHealth>[] = [
    check('core', async () => {}),
    check('database', () => answersQueries(core)),
    check('registry', async (signal) => {
      const problem = await probeRegistry(core, signal)
      if (problem !== undefined) throw new Told(`registry: ${problem}`)
    }),
    check('jobservice', async () => {
      if (!(await beatSince(core, 'jobservice', new Date(core.now() - BEAT_COUNTS_MS))))
        throw new Error('no heartbeat')
      if ((await outboxLagMs(core)) > LATE_MS) throw new Told('jobservice: what happens is told minutes late')
    }),
  ]
  if (webUrl)
    checks.push(check('portal', (signal) => expectStatus(webUrl, [200, 302, 303, 307, 308], signal)))
  if (redisUrl) checks.push(check('redis', (signal) => pingRedis(redisUrl, signal)))
  const components = [...(await Promise.all(checks)), ...(await forwarding(core))]
  const healthy = components.every(({ status }) => status === 'healthy')
  return { status: healthy ? 'healthy' : 'unhealthy', components }
}

/** Stands there only while the audit log goes on to somewhere. */
async function forwarding(core: Core): Promise<ComponentHealth[]> {
  const name = 'audit-forwarding'
  try {
    const looked = watchDestinations(core)
    const destinations = await Promise.race([looked, aborted(AbortSignal.timeout(TIMEOUT_MS))])
    const states = destinations.filter(({ enabled }) => enabled).map(({ state }) => state)
    if (states.length === 0) return []
    if (!states.includes('losing')) return [{ name, status: 'healthy' }]
    return [{ name, status: 'unhealthy', error: `${name}: a receiver is so late that lines get lost` }]
  } catch {
    // The database's own line says it.
    return []
  }
}

/** A sentence for everybody. */
class Told extends Error {}

async function check(name: string, run: (signal: AbortSignal) => Promise<void>): Promise<ComponentHealth> {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  try {
    await Promise.race([run(signal), aborted(signal)])
    return { name, status: 'healthy' }
  } catch (error) {
    return {
      name,
      status: 'unhealthy',
      error:
        error instanceof Told
          ? error.message
          : `${name} did not answer as it should within ${TIMEOUT_MS / 1_000} s`,
    }
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })

async function expectStatus(url: string, statuses: number[], signal: AbortSignal): Promise<void> {
  const response = await fetch(url, { redirect: 'manual', signal })
  await response.body?.cancel()
  if (!statuses.includes(response.status)) throw new Error(`status ${response.status}`)
}
