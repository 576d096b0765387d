import { currentOrigin, recordRepeated } from '../audit/index.ts'
import { networkOf, userFacts } from '../authentication/index.ts'
import { ANONYMOUS } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { DomainError } from '../errors/index.ts'
import { type Person, SignInRefused } from './model.ts'
import { ProviderError } from './provider/index.ts'
import { findAccount } from './store.ts'

/** What `run` gives. A sign-in that does not succeed gets a line before it is passed on. */
export async function witnessed<T>(
  core: Core,
  person: Person | undefined,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run()
  } catch (error) {
    await recordFailedSignIn(core, error, person)
    throw error
  }
}

/** A line for a sign-in at the provider that ended with this error; for those too that ended before the domain was asked. */
export async function recordFailedSignIn(core: Core, error: unknown, person?: Person): Promise<void> {
  const outcome = outcomeOf(error)
  if (!outcome) return
  const name = person && (await nameOf(core, person))
  const { address } = currentOrigin()
  await recordRepeated(
    core,
    {
      resourceType: 'user',
      action: 'login',
      actor: ANONYMOUS,
      ...(name && { actorName: name }),
      credential: 'oidc',
      resource: name || 'oidc',
      result: outcome.result,
      detail: {
        reason: outcome.reason,
        ...(person && { issuer: person.issuer, subject: person.subject }),
      },
    },
    // Apart by reason: a provider that is down hides nobody who is refused.
    { subject: JSON.stringify([name ?? '', outcome.reason]), network: networkOf(address) },
  )
}

function outcomeOf(error: unknown): { result: 'refused' | 'failed'; reason: string } | undefined {
  // Another name may be tried: the sign-in goes on.
  if (error instanceof SignInRefused)
    return error.reason.startsWith('name-') ? undefined : { result: 'refused', reason: error.reason }
  if (error instanceof ProviderError)
    return { result: error.problem === 'refused' ? 'refused' : 'failed', reason: error.message }
  if (error instanceof DomainError) return { result: 'failed', reason: error.message }
  return undefined
}

/** As it is here, else as the provider says. */
async function nameOf(core: Core, person: Person): Promise<string> {
  const account = await findAccount(core, person)
  return (account && (await userFacts(core, account.userId))?.username) ?? person.suggestedName
}
