import * as jwt from '../json-web-tokens/index.ts'
import { RefusedTokenError } from './refused.ts'

// What an exchange asks of tokens and keys beyond what every sign-in does: an issuer serves many, and a key is told by its id.

const MAX_TOKEN_LENGTH = 16 * 1024

export interface JobToken extends jwt.ReadToken {
  kid: string
}
export interface IssuerKey extends jwt.PublishedKey {
  kid: string
}

/** @throws RefusedTokenError */
export function readToken(text: string): JobToken {
  try {
    const { kid, ...token } = jwt.readToken(text, MAX_TOKEN_LENGTH)
    if (kid !== undefined) return { ...token, kid }
  } catch (error) {
    if (error instanceof jwt.JsonWebTokenError) throw new RefusedTokenError(error.message)
    throw error
  }
  throw new RefusedTokenError('it names no key')
}

export const readKeys = (set: unknown): IssuerKey[] =>
  jwt.readKeys(set).flatMap(({ kid, ...key }) => (kid === undefined ? [] : { ...key, kid }))
