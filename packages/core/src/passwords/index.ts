export const MAX_PASSWORD_LENGTH = 128

/** What it takes, in words for people. */
export const PASSWORD_RULE =
  '8 to 128 characters with at least one upper-case letter (A to Z), one lower-case letter (a to z) and one digit'

/** Harbor's rule for new passwords: letters are those of ASCII. The API and the settings apply this very one. */
export const isStrongPassword = (password: string): boolean =>
  password.length >= 8 &&
  password.length <= MAX_PASSWORD_LENGTH &&
  password.isWellFormed() &&
  /[A-Z]/.test(password) &&
  /[a-z]/.test(password) &&
  /[0-9]/.test(password)
