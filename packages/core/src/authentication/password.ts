import { DomainError } from '../errors/index.ts'

export const MAX_PASSWORD_LENGTH = 128

/**
 * Harbor's rule for new passwords.
 *
 * @throws DomainError BAD_REQUEST
 */
export function parseNewPassword(password: unknown): string {
  if (
    typeof password === 'string' &&
    password.length >= 8 &&
    password.length <= MAX_PASSWORD_LENGTH &&
    /[A-Z]/.test(password) &&
    /[a-z]/.test(password) &&
    /[0-9]/.test(password)
  )
    return password
  throw new DomainError(
    'BAD_REQUEST',
    'the password must have 8 to 128 characters with at least one upper-case letter, one lower-case letter and one digit',
  )
}
