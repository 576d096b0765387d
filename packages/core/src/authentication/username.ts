/** Names that differ only in case or in Unicode form are the same person: this is the form that is compared. */
export const usernameKey = (username: string): string => username.normalize('NFKC').toLowerCase()

/** Length of the column that holds it. */
export const MAX_USERNAME_LENGTH = 255

/** Whether anybody can have this name: Postgres takes no NUL, and no database half a surrogate pair. */
export const isPossibleKey = (key: string): boolean =>
  key !== '' && key.length <= MAX_USERNAME_LENGTH && !key.includes('\0') && key.isWellFormed()
