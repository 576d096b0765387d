import { createClient } from '@berth/contract'
import type { Credentials } from './skopeo.ts'

export type Client = ReturnType<typeof createClient>

/** A client with basic authentication; without credentials, an anonymous one. */
export function apiClient(url: string, credentials?: Credentials): Client {
  const authorization =
    credentials &&
    `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`
  return createClient({
    baseUrl: `${url}/api/v2.0`,
    fetch: (input, init) => {
      const headers = new Headers(init?.headers)
      if (authorization) headers.set('authorization', authorization)
      return fetch(input, { ...init, headers })
    },
  })
}

/** The id of what an answer's `Location` leads to: what was made. */
export const idOf = ({ headers }: { headers: Headers }): number =>
  Number(headers.get('location')?.split('/').at(-1))
