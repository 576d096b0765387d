import { createHmac, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { testDatabase } from '@berth/testing'
import { describe, expect, test } from 'vitest'
import { createCertificate } from './certificate.ts'
import { certificateBundle, mintInternalToken, verifyToken } from './index.ts'
import {
  ask,
  clockMs,
  core,
  database,
  MINUTE_MS,
  part,
  pass,
  people,
  prepareTokens,
} from './tokens.fixture.ts'

prepareTokens(testDatabase)

describe('what is no token of ours', () => {
  const refused = (token: string) =>
    expect(verifyToken(core, token)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signed = (header: unknown, claims: unknown, key: KeyObject) => {
    const text = `${encode(header)}.${encode(claims)}`
    const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' })
    return `${text}.${signature.toString('base64url')}`
  }
  /** Our own signing key, as one who stole the database and the secret would have it. */
  async function ourKey(): Promise<KeyObject> {
    const row = await database.db.prisma.signingKey.findFirstOrThrow({ where: { retiredAt: null } })
    return createPrivateKey(core.secrets.decrypt('signing-keys', row.privateKeyEncrypted))
  }

  test('a changed payload, header or signature', async () => {
    const token = await ask('dev', 'repository:team/app:pull')
    const [header, , signature] = token.split('.')
    const claims = { ...part(token, 1), uid: people.admin!.id }
    await refused(`${header}.${encode(claims)}.${signature}`)
    await refused(`${token.slice(0, -8)}AAAAAAAA`)
    await refused(`${header}.${token.split('.')[1]}.`)
    await refused(token.replace('.', '..'))
    await refused('')
    await refused('a'.repeat(100_000))
  })

  test('alg none, and a shared secret made of our public certificate', async () => {
    const token = await ask('dev')
    const { alg: _, ...header } = part(token, 0)
    for (const alg of ['none', 'None', 'NONE', ''])
      await refused(`${encode({ ...header, alg })}.${token.split('.')[1]}.`)
    const text = `${encode({ ...header, alg: 'HS256' })}.${token.split('.')[1]}`
    const mac = createHmac('sha256', await certificateBundle(core))
      .update(text)
      .digest('base64url')
    await refused(`${text}.${mac}`)
  })

  test('a key that comes with the token: jwk, x5c, jku, or an unknown kid', async () => {
    const token = await ask('dev')
    const [header, claims] = [part(token, 0), part(token, 1)]
    const x5c = [
      createCertificate({
        publicKey: stranger.publicKey,
        commonName: header.kid,
        notBefore: new Date(clockMs - MINUTE_MS),
        notAfter: new Date(clockMs + MINUTE_MS),
        issuer: { ...stranger, commonName: header.kid },
      }).toString('base64'),
    ]
    const jwk = stranger.publicKey.export({ format: 'jwk' })
    await refused(signed({ ...header, x5c }, claims, stranger.privateKey))
    await refused(signed({ typ: 'JWT', alg: 'ES256', jwk }, claims, stranger.privateKey))
    await refused(signed({ ...header, jwk }, claims, stranger.privateKey))
    await refused(signed({ typ: 'JWT', alg: 'ES256', kid: 'other', x5c }, claims, stranger.privateKey))
    const key = await ourKey()
    await refused(signed({ ...header, jku: 'https://evil.test' }, claims, key))
    await refused(signed({ ...header, x5c }, claims, key))
    await expect(verifyToken(core, signed(header, claims, key))).resolves.toMatchObject({
      actor: { username: 'dev' },
    })
  })

  test('wrong audience, issuer, times or identity, even with our key', async () => {
    const token = await ask('dev')
    const [header, claims, key] = [part(token, 0), part(token, 1), await ourKey()]
    const now = Math.floor(clockMs / 1000)
    const { exp: _, ...endless } = claims
    for (const wrong of [
      { ...claims, aud: 'other' },
      { ...claims, aud: ['berth-registry'] },
      { ...claims, iss: 'harbor-token-issuer' },
      { ...claims, exp: now - 31 },
      { ...claims, nbf: now + 31 },
      endless,
      { ...claims, uid: undefined },
      { ...claims, uid: 999_999 },
      { ...claims, cep: undefined },
      { ...claims, access: 'all' },
    ])
      await refused(signed(header, wrong, key))
    await refused(await mintInternalToken(core, ['repository:team/app:pull']))
  })

  test('it expires, remembered or not', async () => {
    const token = await ask('dev')
    await verifyToken(core, token)
    pass(31 * MINUTE_MS)
    await refused(token)
  })
})
