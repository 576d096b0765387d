import { getCACertificates } from 'node:tls'
import { createNodeFetch, keepingFetch } from './node-fetch.ts'

/** Certificate authorities that a connection trusts: those of the system and of `pem`. */
export const trusting = (pem: string): string[] => [...getCACertificates('default'), pem]

/** A fetch that trusts the authorities in `pem` too, as much of it as `createNodeFetch` is. */
export function createTlsFetch(pem: string): typeof globalThis.fetch {
  const secure = createNodeFetch({ ca: trusting(pem) })
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input)
    // Redirects to storage may lead to plain http where the caller allows it.
    return url.protocol === 'https:' ? secure(url, init) : keepingFetch(input, init)
  }
}
