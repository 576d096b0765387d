import { constants, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** For tests: an issuer that signs whatever it is told to, with keys that can change. */
export interface TestIssuer {
  url: string
  /** Paths asked for so far. */
  asked: string[]
  /** What it answers with in place of its documents. */
  answers: { discovery?: unknown; keys?: unknown; status?: number }
  keys: SigningKey[]
  /** What happens before it answers. */
  beforeAnswer: () => Promise<unknown>
  /** Of a job, at the time of `now`. */
  token(claims?: Record<string, unknown>, how?: SigningOptions): string
  close(): Promise<void>
}

export interface SigningKey {
  kid: string
  privateKey: KeyObject
  /** As it is published. */
  jwk: Record<string, unknown>
}
export interface SigningOptions {
  alg?: string
  key?: SigningKey
  header?: Record<string, unknown>
  /** In place of the signature by the key. */
  signature?: (signed: string) => Buffer
}

export const AUDIENCE = 'http://berth.test'

const hashes: Record<string, string> = { 256: 'sha256', 384: 'sha384', 512: 'sha512' }

export function newKey(
  type: 'RSA' | 'P-256' | 'P-384' | 'P-521' | 'Ed25519' = 'P-256',
  bits = 2_048,
): SigningKey {
  const { privateKey, publicKey } =
    type === 'RSA'
      ? generateKeyPairSync('rsa', { modulusLength: bits })
      : type === 'Ed25519'
        ? generateKeyPairSync('ed25519')
        : generateKeyPairSync('ec', { namedCurve: type })
  const kid = randomUUID()
  return { kid, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig' } }
}

export function signAs(alg: string, key: KeyObject, text: string): Buffer {
  if (alg === 'EdDSA') return sign(null, Buffer.from(text), key)
  const hash = hashes[alg.slice(2)]!
  if (alg.startsWith('ES')) return sign(hash, Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' })
  if (alg.startsWith('PS'))
    return sign(hash, Buffer.from(text), {
      key,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    })
  return sign(hash, Buffer.from(text), key)
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

export async function startIssuer(now: () => number): Promise<TestIssuer> {
  const server: Server = createServer(async (req, res) => {
    issuer.asked.push(req.url ?? '')
    await issuer.beforeAnswer()
    const { discovery, keys, status } = issuer.answers
    const own =
      req.url === '/keys'
        ? (keys ?? { keys: issuer.keys.map(({ jwk }) => jwk) })
        : (discovery ?? { issuer: issuer.url, jwks_uri: `${issuer.url}/keys` })
    res.writeHead(status ?? 200, { 'content-type': 'application/json' }).end(JSON.stringify(own))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer: TestIssuer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    answers: {},
    keys: [newKey()],
    beforeAnswer: async () => undefined,
    token(claims = {}, { alg = 'ES256', key = issuer.keys[0]!, header = {}, signature } = {}) {
      const iat = Math.floor(now() / 1_000)
      const times = { iat, nbf: iat, exp: iat + 300 }
      const payload = {
        iss: issuer.url,
        aud: AUDIENCE,
        sub: 'repo:acme/app',
        jti: randomUUID(),
        ...times,
        ...claims,
      }
      const signed = `${encode({ alg, kid: key.kid, typ: 'JWT', ...header })}.${encode(payload)}`
      const bytes = signature ? signature(signed) : signAs(alg, key.privateKey, signed)
      return `${signed}.${bytes.toString('base64url')}`
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return issuer
}
