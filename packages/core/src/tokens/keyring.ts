import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  X509Certificate,
} from 'node:crypto'
import { lastTokenEndsAt } from '../configurations/index.ts'
import type { Core } from '../context/index.ts'
import { createCertificate, fromPem, libtrustKeyId, toPem } from './certificate.ts'
import { insertSigningKey, readSigningKeys, type SigningKeyRow } from './store.ts'

// A key made on another node is used, and a revoked one refused, after at most this long.
const KEYRING_TTL_MS = 60_000
// How often an unknown key id may send us to the database.
const RELOAD_INTERVAL_MS = 2_000
const CERTIFICATE_YEARS = 10
// Certificates sent beside the key's own: so many rotations a registry may sleep through.
const MAX_COMPANIONS = 2
// A retired key still verifies until the last token that it signed has ended, plus the time other nodes need to notice, plus clock differences.
const NOTICE_MS = 5 * 60_000

export interface SigningKey {
  kid: string
  privateKey: KeyObject
  publicKey: KeyObject
  certificatePem: string
  /** The token's first part, encoded, with the dot behind it. */
  header: string
  expiresAtMs: number
}

export interface Keyring {
  /** The key that signs. */
  current: SigningKey
  byKid: ReadonlyMap<string, SigningKey>
  loadedAtMs: number
}

const NAME = 'current'
const cacheOf = (core: Core) => core.cache<Keyring>('tokens.keyring', KEYRING_TTL_MS, 1)

/** The keys of this Berth; the first call of a new installation makes one. */
export async function keyring(core: Core): Promise<Keyring> {
  const cache = cacheOf(core)
  return cache.peek(NAME) ?? ((await cache.reload(NAME, () => load(core))) as Keyring)
}

/** The key, asking the database again when this node does not know it yet. */
export async function keyById(core: Core, kid: string): Promise<SigningKey | undefined> {
  const ring = await keyring(core)
  const known = ring.byKid.get(kid)
  if (known || core.now() - ring.loadedAtMs < RELOAD_INTERVAL_MS) return known
  return (await cacheOf(core).reload(NAME, () => load(core)))?.byKid.get(kid)
}

/**
 * Puts a new signing key in place. The old one signs no more and is accepted until its last tokens have expired.
 * Registries that trust the old key accept the new one's tokens at once, because the old key vouches for the new.
 */
export async function rotateSigningKey(core: Core): Promise<{ kid: string }> {
  const kid = await core.db.lock('signing-keys', async () => addKey(core, await readSigningKeys(core)))
  cacheOf(core).delete(NAME)
  return { kid }
}

/** The same, but only when the key that signs is older than that; undefined when it is not. */
export async function rotateSigningKeyOlderThan(
  core: Core,
  maxAgeMs: number,
): Promise<{ kid: string } | undefined> {
  const kid = await core.db.lock('signing-keys', async () => {
    const keys = await readSigningKeys(core)
    const current = keys.findLast(isActive)
    if (!current || core.now() - current.createdAt.getTime() < maxAgeMs) return undefined
    return addKey(core, keys)
  })
  if (kid === undefined) return undefined
  cacheOf(core).delete(NAME)
  return { kid }
}

async function load(core: Core): Promise<Keyring> {
  let rows = await readSigningKeys(core)
  if (!rows.some(isActive)) {
    rows = await core.db.lock('signing-keys', async () => {
      // Another node may have made one while this one waited.
      const current = await readSigningKeys(core)
      if (current.some(isActive)) return current
      await addKey(core, current)
      return readSigningKeys(core)
    })
  }
  const keys = rows.map((row, position) => open(core, row, rows.slice(0, position)))
  const active = rows.findLastIndex(isActive)
  return {
    current: keys[active]!,
    byKid: new Map(keys.map((key) => [key.kid, key])),
    loadedAtMs: core.now(),
  }
}

const isSelfSigned = (pem: string): boolean => {
  const { issuer, subject } = new X509Certificate(pem)
  return issuer === subject
}

const isActive = (row: SigningKeyRow) => row.retiredAt === null

/** Call under the lock. Gives the new key's id. */
async function addKey(core: Core, existing: readonly SigningKeyRow[]): Promise<string> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const kid = libtrustKeyId(publicKey)
  const previous = existing.findLast(isActive)
  const now = core.now()
  const notAfter = new Date(now)
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + CERTIFICATE_YEARS)
  const certificate = createCertificate({
    publicKey,
    commonName: kid,
    // Clocks of registries may be behind.
    notBefore: new Date(now - 24 * 3_600_000),
    notAfter,
    issuer: previous
      ? { ...openKeyPair(core, previous), commonName: previous.kid }
      : { privateKey, publicKey, commonName: kid },
  })
  const exported = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  await insertSigningKey(
    core,
    {
      kid,
      privateKeyEncrypted: core.secrets.encrypt('signing-keys', exported),
      certificatePem: toPem(certificate),
      expiresAt: notAfter,
    },
    new Date((await lastTokenEndsAt(core)) + NOTICE_MS),
  )
  return kid
}

function openKeyPair(core: Core, row: SigningKeyRow): { privateKey: KeyObject; publicKey: KeyObject } {
  try {
    const privateKey = createPrivateKey(core.secrets.decrypt('signing-keys', row.privateKeyEncrypted))
    return { privateKey, publicKey: createPublicKey(privateKey) }
  } catch (cause) {
    throw new Error('a signing key cannot be decrypted: BERTH_SECRET_KEY is not the one it was stored with', {
      cause,
    })
  }
}

function open(core: Core, row: SigningKeyRow, older: readonly SigningKeyRow[]): SigningKey {
  // A registry trusts what was in its bundle when it started: the certificates in between lead there from this key.
  const between = older.filter(({ certificatePem }) => !isSelfSigned(certificatePem)).toReversed()
  const chain = [row, ...between.slice(0, MAX_COMPANIONS)]
  const x5c = chain.map(({ certificatePem }) => fromPem(certificatePem).toString('base64'))
  const header = JSON.stringify({ typ: 'JWT', alg: 'ES256', kid: row.kid, x5c })
  return {
    kid: row.kid,
    ...openKeyPair(core, row),
    certificatePem: row.certificatePem,
    header: `${Buffer.from(header).toString('base64url')}.`,
    expiresAtMs: row.expiresAt.getTime(),
  }
}
