import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { UserActor } from '../authorization/index.ts'
import { type Company, openCompany } from './company.fixture.ts'
import { type RefreshResult, refreshDirectoryAccounts } from './index.ts'

/** For tests of the refresh: one company per file, without people of the directory before each test. */

export const INTERVAL_MS = 15 * 60_000
export let company: Company
let waiting = (_ms: number): void => {}

export function useCompany(database: () => Promise<Company['database']>): void {
  beforeAll(async () => {
    company = await openCompany(await database(), { wait: async (ms) => waiting(ms) })
  })
  beforeEach(async () => {
    // What is remembered of earlier people is over.
    company.pass(61_000)
    waiting = () => {}
    company.fake.faults.length = 0
    company.fake.references.length = 0
    await company.database.db.prisma.user.deleteMany({ where: { authSource: 'ldap' } })
    company.fake.tree.entries.splice(
      0,
      Infinity,
      ...company.fake.tree.entries.filter(({ dn }) => !dn.startsWith('uid=')),
    )
  })
  afterAll(() => company.close())
}

/** What happens whenever a refresh waits. */
export function whileWaiting(act: (ms: number) => void): void {
  waiting = act
}

export const refresh = (batch?: number): Promise<RefreshResult | undefined> =>
  refreshDirectoryAccounts(company.core, new AbortController().signal, batch)

/** Everything the job does in one interval, as it runs every few seconds. */
export async function pastInterval(batch?: number): Promise<RefreshResult> {
  const sum: RefreshResult = { looked: 0, ended: 0, held: 0, unclear: 0, failed: 0 }
  for (const ms of [INTERVAL_MS * 0.76, 31_000, 31_000]) {
    company.pass(ms)
    const result = await refresh(batch)
    if (!result) continue
    for (const key of ['looked', 'ended', 'unclear', 'failed'] as const) sum[key] += result[key]
    sum.held = Math.max(sum.held, result.held)
    if (result.stopped) sum.stopped = result.stopped
    if (result.problem) sum.problem = result.problem
  }
  return sum
}

/** Each comes for the first time. */
export async function add(...names: string[]): Promise<UserActor[]> {
  const actors = []
  for (const name of names) {
    company.addPerson(name)
    actors.push(await company.signIn(name))
  }
  return actors
}

export const disabled = async (name: string): Promise<boolean> => (await company.userRow(name))!.disabled
