import type { Actor } from '@berth/core'
import { type ProjectRef, refusal } from '@berth/core/authorization'

/** Ids are 32-bit; a larger number is no error of the caller's, it is simply nobody's id. */
const MAX_ID = 2_147_483_647
export const toId = (value: number): number => (value > 0 && value <= MAX_ID ? value : 0)

/** Ids of what there are very many of are 64-bit. */
export const toLongId = (value: number): number => (value > 0 && Number.isSafeInteger(value) ? value : 0)

/** A project by name or by id: digits are an id, unless the caller says `X-Is-Resource-Name: true`. */
export function projectRef(nameOrId: string, isName: boolean | undefined): ProjectRef {
  if (isName !== true && /^\d{1,15}$/.test(nameOrId)) return { id: toId(Number(nameOrId)) }
  return { name: nameOrId }
}

/** The id of the person who asks. @throws DomainError UNAUTHORIZED, FORBIDDEN for a robot */
export function ownId(actor: Actor): number {
  if (actor.kind === 'user') return actor.id
  throw refusal(actor)
}
