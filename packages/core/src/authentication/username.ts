/** Names that differ only in case or in Unicode form are the same person: this is the form that is compared. */
export const usernameKey = (username: string): string => username.normalize('NFKC').toLowerCase()

/** Length of the column that holds it. */
export const MAX_USERNAME_LENGTH = 255
