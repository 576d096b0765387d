import { type Connection, connect } from './connection.ts'
import { LdapError, mayPass } from './errors.ts'
import type { Plan } from './settings.ts'
import type { Target } from './url.ts'

/** Opens connections to the first server that works; one that failed a short time ago is tried after the others. */
export function createOpener(
  plan: Plan,
  failedAtMs: Map<Target, number>,
  prepare: (connection: Connection) => Promise<void>,
) {
  const avoided = (target: Target) =>
    plan.clock() - (failedAtMs.get(target) ?? Number.NEGATIVE_INFINITY) < plan.limits.avoidFailedMs

  return async function open(): Promise<Connection> {
    const failures: unknown[] = []
    const order = [...plan.targets.filter((target) => !avoided(target)), ...plan.targets.filter(avoided)]
    for (const target of order) {
      try {
        const connection = await openPrepared(target, plan, prepare)
        failedAtMs.delete(target)
        return connection
      } catch (error) {
        // What an administrator must mend in the settings is not hidden by asking the next server the same.
        if (error instanceof LdapError && error.code === 'BIND_REFUSED') throw error
        failedAtMs.set(target, plan.clock())
        failures.push(error)
      }
    }
    // A server that is there but not as it should be (its certificate, say) tells more than one that is away.
    const first = failures.find((error) => !mayPass(error)) ?? failures[0]
    if (failures.length === 1 || !(first instanceof LdapError)) throw first
    throw new LdapError(first.code, `${first.message}, and no other server of the directory works either`, {
      ...(first.url === undefined ? {} : { url: first.url }),
      ...(first.detail === undefined ? {} : { detail: first.detail }),
      ...(first.hint === undefined ? {} : { hint: first.hint }),
      ...(first.resultCode === undefined ? {} : { resultCode: first.resultCode }),
      cause: new AggregateError(failures),
    })
  }
}

export async function openPrepared(
  target: Target,
  plan: Plan,
  prepare: (connection: Connection) => Promise<void>,
): Promise<Connection> {
  const connection = await connect(target, plan.connection)
  try {
    await prepare(connection)
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}

/** Signs the search account in. What it is refused for is BIND_REFUSED, never to be mistaken for a person's password. */
export async function bindSearchAccount(connection: Connection, { searchAccount }: Plan): Promise<void> {
  if (!searchAccount) return
  try {
    await connection.bind(searchAccount.dn, searchAccount.password)
  } catch (error) {
    if (!(error instanceof LdapError) || error.resultCode === undefined || mayPass(error)) throw error
    throw new LdapError('BIND_REFUSED', 'The directory does not accept the search account', {
      resultCode: error.resultCode,
      url: connection.url,
      cause: error,
      ...(error.detail === undefined ? {} : { detail: error.detail }),
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    })
  }
}
