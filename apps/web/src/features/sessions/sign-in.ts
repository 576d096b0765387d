/** Sign-in and sign-out through next-auth's own addresses: the only calls outside the REST API. */

type Outcome = 'signed-in' | 'refused' | 'too-many' | 'failed'

async function post(path: string, fields: Record<string, string>): Promise<{ url?: string }> {
  const { csrfToken } = await (await fetch('/api/auth/csrf')).json()
  const answer = await fetch(path, {
    method: 'POST',
    body: new URLSearchParams({ ...fields, csrfToken, json: 'true' }),
  })
  return answer.json()
}

/** Rejects when there is no connection. */
export async function signIn(username: string, password: string): Promise<Outcome> {
  const { url } = await post('/api/auth/callback/credentials', { username, password })
  // next-auth answers with the address it would go to, which carries the reason of a refusal.
  const reason = url ? new URL(url, window.location.origin).searchParams.get('error') : 'UNKNOWN'
  if (reason === null) return 'signed-in'
  if (reason === 'CredentialsSignin') return 'refused'
  return reason === 'TOO_MANY_REQUEST' ? 'too-many' : 'failed'
}

/** Ends the session on every node and starts afresh, so that nothing fetched before stays in memory. */
export async function signOut(): Promise<void> {
  await post('/api/auth/signout', {})
  window.location.assign('/projects')
}
