import { badRequest } from '../errors/index.ts'
import { isStrongPassword, PASSWORD_RULE } from '../passwords/index.ts'

/** @throws DomainError BAD_REQUEST */
export function parseNewPassword(password: unknown): string {
  if (typeof password === 'string' && isStrongPassword(password)) return password
  throw badRequest(`the password must have ${PASSWORD_RULE}`)
}
