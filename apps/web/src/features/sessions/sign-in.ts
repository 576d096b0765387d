/** Sign-in and sign-out through next-auth's own addresses: the only calls outside the REST API. */
import { readSignInProblem, type SignInProblem } from './sign-in-problem.ts'

export type Problem = 'refused' | 'too-many' | 'directory-away' | 'not-admitted' | 'failed'

/** By the words that `server/auth.ts` gives as reason. */
const problems: Record<string, Problem> = {
  CredentialsSignin: 'refused',
  TOO_MANY_REQUEST: 'too-many',
  UNAVAILABLE: 'directory-away',
  FORBIDDEN: 'not-admitted',
}

async function post(path: string, fields: Record<string, string>): Promise<{ url?: string }> {
  const answer = await postOnce(path, fields)
  // Another answer on its way brought the browser another cookie than the one that the token is for.
  return isUnfit(answer.url) ? postOnce(path, fields) : answer
}

async function postOnce(path: string, fields: Record<string, string>): Promise<{ url?: string }> {
  const { csrfToken } = await (await fetch('/api/auth/csrf')).json()
  const answer = await fetch(path, {
    method: 'POST',
    body: new URLSearchParams({ ...fields, csrfToken, json: 'true' }),
  })
  return answer.json()
}

const paramOf = (url: string, name: string): string | null =>
  new URL(url, window.location.origin).searchParams.get(name)

/** To a token that does not fit its cookie next-auth names its own page and no reason. */
const isUnfit = (url: string | undefined): boolean => url !== undefined && paramOf(url, 'csrf') === 'true'

/** next-auth answers with the address it would go to, which carries the reason of a refusal. */
const reasonIn = (url: string | undefined): string | null =>
  url === undefined || isUnfit(url) ? 'UNKNOWN' : paramOf(url, 'error')

/** `code`: empty, until it is asked for. Rejects when there is no connection. */
export async function signIn(
  username: string,
  password: string,
  code: string,
): Promise<'signed-in' | 'second-factor' | Problem> {
  const { url } = await post('/api/auth/callback/credentials', { username, password, code })
  const reason = reasonIn(url)
  if (reason === null) return 'signed-in'
  if (reason === 'SECOND_FACTOR') return 'second-factor'
  return problems[reason] ?? 'failed'
}

/** Leaves for the provider, and comes back to `next`; gives a problem when it stays here. */
export async function goToProvider(next: string): Promise<SignInProblem | undefined> {
  const { url } = await post('/api/auth/signin/oidc', { callbackUrl: next })
  const target = url ? new URL(url, window.location.origin) : undefined
  if (!target) return 'failed'
  if (target.origin === window.location.origin && target.pathname === '/sign-in')
    return readSignInProblem(target.searchParams.get('error')) ?? 'failed'
  window.location.assign(target)
  return undefined
}

/** The name of somebody whom the provider knows; goes on to where they wanted. Gives a problem when it stays here. */
export async function chooseName(username: string): Promise<SignInProblem | undefined> {
  const { url } = await post('/api/auth/callback/newcomer', { username })
  const reason = reasonIn(url)
  if (reason !== null) return readSignInProblem(reason) ?? 'failed'
  window.location.assign(url!)
  return undefined
}

/** Ends the session on every node, and at the provider where that is set, and starts afresh. */
export async function signOut(): Promise<void> {
  const end = () => post('/api/auth/signout', { callbackUrl: '/projects' })
  // Nobody should stay signed in for a connection that broke; ending twice is ending once.
  const { url } = await end().catch(end)
  window.location.assign(url ?? '/projects')
}
