/** What is wrong with a new user's fields, by field, as keys of `users.form`; the API has the last word. */
export type UserFields = { username: string; email: string; realname: string; password: string }
export type UserProblem = 'usernameMissing' | 'emailInvalid' | 'passwordWeak'

export function passwordIsStrong(password: string): boolean {
  return (
    password.length >= 8 &&
    password.length <= 128 &&
    /\p{Lu}/u.test(password) &&
    /\p{Ll}/u.test(password) &&
    /\d/.test(password)
  )
}

export function emailIsPlausible(email: string): boolean {
  return email.length <= 255 && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)
}

export function userProblems(fields: UserFields): Partial<Record<keyof UserFields, UserProblem>> {
  return {
    ...(fields.username.trim() === '' && { username: 'usernameMissing' as const }),
    ...(!emailIsPlausible(fields.email) && { email: 'emailInvalid' as const }),
    ...(!passwordIsStrong(fields.password) && { password: 'passwordWeak' as const }),
  }
}

/** Where somebody comes from; local where the API says nothing. */
export const sourceOf = ({ auth_source }: { auth_source?: 'local' | 'ldap' | 'oidc' }) =>
  auth_source ?? 'local'
