import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'

/** What BERTH_SECRET_KEY is used for. Each purpose has a key of its own, derived from it. */
export type Purpose =
  | 'signing-keys'
  | 'refresh-tokens'
  | 'csrf'
  | 'remembered-passwords'
  | 'robot-secrets'
  | 'job-secrets'
  | 'access-tokens'
  | 'second-factors'
  | 'recovery-codes'
  | 'check-value'
  | 'notifications'
  | 'configurations'
  | 'oidc-tokens'
  | 'next-auth'
  | 'audit-lines'
  | 'audit-seals'
  | 'webhooks'
  | 'audit-destinations'
  | 'devices'
  | 'registries'
  | 'replication-uploads'

export interface Secrets {
  /** AES-256-GCM; the result is text: version, nonce, tag and ciphertext, base64url. */
  encrypt(purpose: Purpose, plain: string): string
  /** @throws Error when the text was changed or encrypted with another key */
  decrypt(purpose: Purpose, encrypted: string): string
  /** HMAC-SHA-256 under the purpose's key, base64url. */
  mac(purpose: Purpose, text: string): string
  /** The purpose's Ed25519 key: the same as long as BERTH_SECRET_KEY is. */
  signingKey(purpose: Purpose): KeyObject
}

// RFC 8410: what stands before the 32 bytes of an Ed25519 key in PKCS #8.
const ED25519_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

/** `secretKey`: BERTH_SECRET_KEY, at least 32 characters. */
export function openSecrets(secretKey: string): Secrets {
  const keys = new Map<Purpose, KeyObject>()
  const signingKeys = new Map<Purpose, KeyObject>()
  const key = (purpose: Purpose): KeyObject => {
    let derived = keys.get(purpose)
    if (!derived) {
      // A key object made once: from bytes, every HMAC would first make one, at seven times the HMAC's own cost.
      derived = createSecretKey(Buffer.from(hkdfSync('sha256', secretKey, 'berth', purpose, 32)))
      keys.set(purpose, derived)
    }
    return derived
  }
  return {
    encrypt(purpose, plain) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key(purpose), nonce)
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return `v1.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`
    },
    decrypt(purpose, encrypted) {
      if (!encrypted.startsWith('v1.')) throw new Error('unknown format of an encrypted value')
      const bytes = Buffer.from(encrypted.slice(3), 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', key(purpose), bytes.subarray(0, 12))
      decipher.setAuthTag(bytes.subarray(12, 28))
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
    },
    mac: (purpose, text) => createHmac('sha256', key(purpose)).update(text).digest('base64url'),
    signingKey(purpose) {
      let signing = signingKeys.get(purpose)
      if (!signing) {
        const seed = Buffer.from(hkdfSync('sha256', secretKey, 'berth', `${purpose}:ed25519`, 32))
        const pkcs8 = Buffer.concat([ED25519_PREFIX, seed])
        signing = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
        signingKeys.set(purpose, signing)
      }
      return signing
    },
  }
}

/** Compares two secrets in constant time; lengths may differ. */
export function sameSecret(left: string, right: string): boolean {
  const a = Buffer.from(left)
  const b = Buffer.from(right)
  return a.length === b.length && timingSafeEqual(a, b)
}
