import { type Connection, connect } from './connection.ts'
import { LdapError, type LdapErrorCode } from './errors.ts'
import { bindSearchAccount } from './failover.ts'
import { groupsOf, searchGroups } from './groups.ts'
import { hints, resultCode } from './result-codes.ts'
import { searchOn } from './search.ts'
import { type DirectorySettings, type Plan, planOf } from './settings.ts'
import { type DirectoryUser, findUser, searchUsers } from './users.ts'

export interface CheckQuestion {
  /** Whom to look for; somebody when not given. */
  login?: string
  /** Signs that person in, too. */
  password?: string
}

/** One step of a check, in words for an administrator. */
export interface CheckedStep {
  step: 'settings' | 'connect' | 'bind' | 'user' | 'password' | 'groups'
  outcome: 'ok' | 'failed' | 'skipped'
  /** Server of a `connect` step. */
  url?: string
  code?: LdapErrorCode
  /** RFC 4511's number and name. */
  resultCode?: number
  resultName?: string
  message?: string
  /** The directory's own words. */
  detail?: string
  hint?: string
  /** DNs that were found, at most 20. */
  found?: string[]
}

const MAX_FOUND = 20

/** Every server is connected to; the first that works is asked the rest. */
export async function checkDirectory(
  settings: DirectorySettings,
  question: CheckQuestion,
): Promise<CheckedStep[]> {
  const steps: CheckedStep[] = []
  const opened: Connection[] = []
  const attempt = async <T>(step: CheckedStep, run: () => Promise<T> | T): Promise<T | undefined> => {
    steps.push(step)
    try {
      return await run()
    } catch (error) {
      Object.assign(step, failedStep(error))
      return undefined
    }
  }
  try {
    const plan = await attempt({ step: 'settings', outcome: 'ok' }, () => planOf(settings))
    if (!plan) return steps
    for (const target of plan.targets) {
      const connection = await attempt({ step: 'connect', outcome: 'ok', url: target.url }, () =>
        connect(target, plan.connection),
      )
      if (connection) opened.push(connection)
    }
    const [connection] = opened
    if (connection) await ask(connection, plan, question, attempt, opened)
    for (const step of ['bind', 'user', 'groups'] as const)
      if (!steps.some((taken) => taken.step === step)) steps.push({ step, outcome: 'skipped' })
    return steps
  } finally {
    for (const connection of opened) connection.close()
  }
}

type Attempt = <T>(step: CheckedStep, run: () => Promise<T> | T) => Promise<T | undefined>

async function ask(
  connection: Connection,
  plan: Plan,
  { login, password }: CheckQuestion,
  attempt: Attempt,
  opened: Connection[],
): Promise<void> {
  const search = searchOn(connection, plan)
  const bound = await attempt({ step: 'bind', outcome: 'ok' }, async () => {
    await bindSearchAccount(connection, plan)
    return true
  })
  if (!bound) return
  const userStep: CheckedStep = { step: 'user', outcome: 'ok' }
  const user = await attempt(userStep, async () => {
    const users = login === undefined ? await searchUsers(search, plan, '', MAX_FOUND) : []
    const one = login === undefined ? users[0] : await findUser(search, plan, login)
    if (!one) throw nobody(login)
    userStep.found = login === undefined ? users.map(({ dn }) => dn) : [one.dn]
    return one
  })
  if (user && password !== undefined)
    await attempt({ step: 'password', outcome: 'ok' }, async () => {
      const own = await connect(plan.targets.find(({ url }) => url === connection.url)!, plan.connection)
      opened.push(own)
      await own.bind(user.dn, password)
      if (user.disabled) throw new LdapError('ACCOUNT_DISABLED', 'The account is disabled in the directory')
    })
  if (plan.groups) await askForGroups(search, plan, login === undefined ? undefined : user, attempt)
}

async function askForGroups(
  search: ReturnType<typeof searchOn>,
  plan: Plan,
  user: DirectoryUser | undefined,
  attempt: Attempt,
): Promise<void> {
  const step: CheckedStep = { step: 'groups', outcome: 'ok' }
  await attempt(step, async () => {
    const groups = user ? await groupsOf(search, plan, user) : await searchGroups(search, plan, {}, MAX_FOUND)
    step.found = groups.slice(0, MAX_FOUND).map(({ dn }) => dn)
    if (groups.length > 0) return
    step.hint = user
      ? 'This person is in no group that base and filter of the groups admit.'
      : 'No group matches: check base and filter of the groups.'
  })
}

const nobody = (login: string | undefined) =>
  new LdapError(
    'INVALID_CREDENTIALS',
    login === undefined
      ? 'No entry matches the filter for people'
      : 'Nobody in the directory has this login name',
  )

function failedStep(error: unknown): Partial<CheckedStep> {
  if (!(error instanceof LdapError))
    return { outcome: 'failed', code: 'DIRECTORY_ERROR', message: 'Something unexpected went wrong' }
  const { code, detail, resultCode: result } = error
  const known = result === undefined ? undefined : resultCode(result)
  const hint =
    error.hint ??
    hints[code] ??
    known?.hint ??
    (code === 'INVALID_CREDENTIALS'
      ? 'Check base, scope, filter and the attribute for login names.'
      : undefined)
  return {
    outcome: 'failed',
    code,
    message: error.message,
    ...(result === undefined ? {} : { resultCode: result, resultName: known!.name }),
    ...(detail ? { detail } : {}),
    ...(hint ? { hint } : {}),
  }
}
