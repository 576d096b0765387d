import { randomInt } from 'node:crypto'
import { robotNamePrefix } from '../configurations/index.ts'
import type { Core } from '../context/index.ts'
import { isStrongPassword } from '../passwords/index.ts'
import { sameSecret } from '../secrets/index.ts'
import { DUMMY_HASH, hashPassword, verifyPassword } from './argon2.ts'
import { isActive, rememberRobot } from './known-robots.ts'
import { type RobotFacts, readRobotCredential } from './robot-store.ts'

const MADE_BY_BERTH = 'mac:'
const SECRET_LENGTH = 32
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
/** Length of the column. */
const MAX_NAME_LENGTH = 255

/** 190 bits, and by Harbor's rule for passwords: what Berth shows may be sent back as a secret of one's own. */
export function makeRobotSecret(): string {
  for (;;) {
    const secret = Array.from({ length: SECRET_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
    if (isStrongPassword(secret)) return secret
  }
}

/** Nobody can guess what Berth made, so one keyed hash is enough; what a person chose gets argon2. */
export const hashMadeSecret = (core: Core, secret: string): string =>
  MADE_BY_BERTH + core.secrets.mac('robot-secrets', secret)
export const hashChosenSecret = (secret: string): Promise<string> => hashPassword(secret)

/**
 * The name behind the prefix; undefined for what cannot be a robot's, which is then a person's. Byte by byte: nothing
 * that only looks like the prefix counts.
 */
export async function robotNameIn(core: Core, username: string): Promise<string | undefined> {
  const prefix = await robotNamePrefix(core)
  if (!username.startsWith(prefix)) return undefined
  const name = username.slice(prefix.length)
  return name.length <= MAX_NAME_LENGTH && /^[a-z0-9._+-]+$/.test(name) ? name : undefined
}

/** A wrong secret costs as much as a wrong password, whether or not there is such a robot. */
export async function verifyRobot(
  core: Core,
  name: string,
  secret: string,
  party: string,
): Promise<RobotFacts | undefined> {
  const credential = await readRobotCredential(core, name)
  const made = credential?.secretHash.startsWith(MADE_BY_BERTH) === true
  const right =
    (made && sameSecret(credential.secretHash, hashMadeSecret(core, secret))) ||
    (await verifyPassword(made ? DUMMY_HASH : (credential?.secretHash ?? DUMMY_HASH), secret, party))
  if (!right || !credential || !isActive(core, credential.facts)) return undefined
  rememberRobot(core, credential.facts)
  return credential.facts
}
