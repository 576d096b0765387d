import { randomInt } from 'node:crypto'

export interface SecondFactor {
  /** Only people with a local password have one. */
  available: boolean
  enabled: boolean
  recoveryCodesLeft: number
  /** When it was confirmed; undefined without one. */
  since: Date | undefined
}

export const RECOVERY_CODES = 10
/** One that was begun and not confirmed by then has to be begun again. */
export const SETUP_MS = 15 * 60_000

const FREE_FAILURES = 5
const FIRST_BLOCK_MS = 30_000
const LONGEST_BLOCK_MS = 15 * 60_000

/**
 * How long no code is looked at after so many wrong ones in a row: a hundred guesses a day among a million codes. Only
 * who has the password can make wrong guesses, and recovery codes are taken all the same.
 */
export const blockAfter = (failures: number): number =>
  failures < FREE_FAILURES ? 0 : Math.min(LONGEST_BLOCK_MS, FIRST_BLOCK_MS * 2 ** (failures - FREE_FAILURES))

// Without letters and digits that look alike.
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'
const GROUP = 4

/** `abcd-efgh-jkmn`: 59 bits, which nobody guesses. */
export const makeRecoveryCode = (): string =>
  Array.from({ length: 3 }, () =>
    Array.from({ length: GROUP }, () => ALPHABET[randomInt(ALPHABET.length)]).join(''),
  ).join('-')

/** The form that is hashed, whatever case and separators were typed; undefined for what can be no recovery code. */
export function plainRecoveryCode(text: string): string | undefined {
  const plain = text.toLowerCase().replace(/[\s-]/g, '')
  return /^[a-z0-9]{12}$/.test(plain) ? plain : undefined
}
