import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { Core } from '../context/index.ts'
import { usernameKey } from './username.ts'

// A browser that somebody signed in with keeps a proof of it, which says nothing but that. It opens nothing: with it, wrong
// passwords of others behind the same address are not in the way. Nothing is stored here.

export const DEVICE_LIFETIME_MS = 180 * 24 * 60 * 60_000
const PROOF = /^([A-Za-z0-9_-]{22})\.(\d{1,15})\.([A-Za-z0-9_-]{43})$/

/** For the browser's cookie, after this person signed in. */
export function proveDevice(core: Core, username: string): string {
  const device = randomBytes(16).toString('base64url')
  const at = String(core.now())
  return `${device}.${at}.${seal(core, usernameKey(username), device, at)}`
}

/** The device, when the proof is one of Berth's for this account and not too old. */
export function deviceOf(core: Core, key: string, proof: string): string | undefined {
  const [, device = '', at = '', mac = ''] = PROOF.exec(proof) ?? []
  if (mac === '') return undefined
  const ageMs = core.now() - Number(at)
  if (ageMs > DEVICE_LIFETIME_MS) return undefined
  return timingSafeEqual(Buffer.from(mac), Buffer.from(seal(core, key, device, at))) ? device : undefined
}

const seal = (core: Core, key: string, device: string, at: string): string =>
  core.secrets.mac('devices', JSON.stringify([key, device, at]))
