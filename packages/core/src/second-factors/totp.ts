import { createHmac, randomBytes } from 'node:crypto'
import { sameSecret } from '../secrets/index.ts'

/** Codes from the time (RFC 6238) as authenticator apps make them: SHA-1, 6 digits, 30 seconds. */

const STEP_MS = 30_000
const DIGITS = 6
/** RFC 4226 section 4 recommends 160 bits. */
const SECRET_BYTES = 20
/** Clocks of phones may be off by one step, and people type slowly. */
const DRIFT_STEPS = 1
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** 32 signs of base32 (RFC 4648), as apps take it. */
export function makeSecret(): string {
  let secret = ''
  let bits = 0
  let value = 0
  for (const byte of randomBytes(SECRET_BYTES)) {
    value = (value << 8) | byte
    for (bits += 8; bits >= 5; bits -= 5) secret += BASE32[(value >>> (bits - 5)) & 31]
    value &= (1 << bits) - 1
  }
  return secret
}

function fromBase32(text: string): Buffer {
  const bytes: number[] = []
  let bits = 0
  let value = 0
  for (const sign of text) {
    value = (value << 5) | BASE32.indexOf(sign)
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push((value >>> bits) & 0xff)
    value &= (1 << bits) - 1
  }
  return Buffer.from(bytes)
}

export const stepAt = (nowMs: number): number => Math.floor(nowMs / STEP_MS)

/** RFC 4226 section 5.3 with the step as the counter. `secret`: base32. */
export function codeAt(secret: string, step: number, digits = DIGITS): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', fromBase32(secret)).update(counter).digest()
  const offset = mac[19]! & 0xf
  const number = mac.readUInt32BE(offset) & 0x7fffffff
  return String(number % 10 ** digits).padStart(digits, '0')
}

/** The step whose code this is, later than `after`; undefined for a wrong code and for one that was used. */
export function matchingStep(secret: string, code: string, nowMs: number, after: number): number | undefined {
  const now = stepAt(nowMs)
  let found: number | undefined
  for (let step = now - DRIFT_STEPS; step <= now + DRIFT_STEPS; step++)
    if (step > after && sameSecret(codeAt(secret, step), code)) found ??= step
  return found
}

/** What an app scans. https://github.com/google/google-authenticator/wiki/Key-Uri-Format */
export function keyUri(secret: string, username: string, host: string): string {
  const label = `${encodeURIComponent(`Berth ${host}`)}:${encodeURIComponent(username)}`
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(`Berth ${host}`)}`
}
