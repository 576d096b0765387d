import { randomBytes } from 'node:crypto'

/** Shown once. The prefix lets scanners for leaked secrets know it. */
export const makeSecret = (): string => `whsec_${randomBytes(32).toString('base64url')}`
