import { createHmac, sign } from 'node:crypto'
import { testDatabase } from '@berth/testing'
import { describe, expect, it } from 'vitest'
import { SYSTEM } from '../authorization/index.ts'
import { deleteRobot, updateRobot } from '../robots/index.ts'
import {
  addTrust,
  clockMs,
  exchange,
  here,
  inSeconds,
  issuer,
  moveOn,
  pass,
  prepareExchanges,
  project,
  refused,
  replaceRobot,
  robot,
  there,
  trustId,
} from './exchange.fixture.ts'
import { deleteIdentityTrust, purgeSpentTokens, RefusedTokenError, updateIdentityTrust } from './index.ts'
import { AUDIENCE, newKey, type SigningKey, signAs } from './issuer.fixture.ts'

prepareExchanges(testDatabase)

describe('a token is refused', () => {
  const foreign = newKey()
  const rsa = newKey('RSA')
  const cases: [what: string, why: RegExp, make: () => string][] = [
    ['of another audience', /no trust/, () => issuer.token({ aud: 'http://other.test' })],
    ['of an audience that only looks alike', /no trust/, () => issuer.token({ aud: `${AUDIENCE}/` })],
    ['of no audience', /no audience/, () => issuer.token({ aud: undefined })],
    ['of another issuer', /no trust/, () => issuer.token({ iss: 'http://127.0.0.1:1' })],
    ['of an issuer that only looks alike', /no trust/, () => issuer.token({ iss: `${issuer.url}/` })],
    ['of an issuer with a space behind it', /no issuer/, () => issuer.token({ iss: `${issuer.url} ` })],
    ['of no issuer', /no issuer/, () => issuer.token({ iss: undefined })],
    ['with another subject', /fit no trust/, () => issuer.token({ sub: 'repo:evil/app' })],
    ['whose subject goes on past a slash', /fit no trust/, () => issuer.token({ sub: 'repo:acme/app/x' })],
    ['that expired', /expired/, () => issuer.token({ exp: inSeconds(-61) })],
    ['that is not valid yet', /not valid yet/, () => issuer.token({ nbf: inSeconds(62) })],
    ['from the future', /not valid yet/, () => issuer.token({ iat: inSeconds(62), exp: inSeconds(100) })],
    ['for more than a day', /too long/, () => issuer.token({ exp: inSeconds(86_401) })],
    ['without an end', /from when to when/, () => issuer.token({ exp: undefined })],
    ['without a beginning', /from when to when/, () => issuer.token({ iat: undefined })],
    ['whose end is a text', /from when to when/, () => issuer.token({ exp: `${inSeconds(60)}` })],
    ['of alg none', /algorithm/, () => issuer.token({}, { alg: 'ES256', header: { alg: 'none' } })],
    [
      'of alg none without a signature',
      /no signed token/,
      () => issuer.token({}, { header: { alg: 'none' }, signature: () => Buffer.alloc(0) }),
    ],
    [
      'signed by HMAC with the public key',
      /algorithm/,
      () => {
        const pem = rsa.privateKey.export({ type: 'pkcs1', format: 'pem' })
        const mac = (text: string) => createHmac('sha256', pem).update(text).digest()
        return issuer.token({}, { header: { alg: 'HS256' }, signature: mac })
      },
    ],
    [
      'that brings its key with it',
      /signature/,
      () =>
        issuer.token(
          {},
          {
            header: { jwk: foreign.jwk, jku: `${issuer.url}/other`, x5u: `${issuer.url}/other`, x5c: ['x'] },
            signature: (text) => signAs('ES256', foreign.privateKey, text),
          },
        ),
    ],
    ['of a key that the issuer has not', /no such key/, () => issuer.token({}, { key: foreign })],
    ['without a key id', /no key/, () => issuer.token({}, { header: { kid: undefined } })],
    [
      'with a part that must be understood',
      /crit/,
      () => issuer.token({}, { header: { crit: ['b64'], b64: false } }),
    ],
    ['of another type', /another type/, () => issuer.token({}, { header: { typ: 'at+jwt' } })],
    [
      'whose claims were changed',
      /signature/,
      () => {
        const [head, , tail] = issuer.token({ sub: 'repo:evil/app' }).split('.')
        return `${head}.${issuer.token().split('.')[1]}.${tail}`
      },
    ],
    [
      'whose signature is in DER',
      /signature/,
      () =>
        issuer.token(
          {},
          { signature: (text) => sign('sha256', Buffer.from(text), issuer.keys[0]!.privateKey) },
        ),
    ],
    [
      'whose signature is all zeros',
      /signature/,
      () => issuer.token({}, { signature: () => Buffer.alloc(64) }),
    ],
    ['that is too long', /no signed token/, () => issuer.token({ filler: 'x'.repeat(20_000) })],
    ['that is none', /no signed token/, () => 'a.b'],
    ['that is no JSON', /cannot be read/, () => 'e30x.e30x.e30x'],
    ['whose id is no text', /id cannot be read/, () => issuer.token({ jti: 7 })],
  ]
  it('with whatever is wrong with it, whether or not the robot is named', async () => {
    const verdicts: Record<string, string> = {}
    for (const [what, why, make] of cases) {
      moveOn()
      for (const how of [{}, robot]) {
        const verdict = await exchange(make(), how).catch((error) => error)
        if (!(verdict instanceof RefusedTokenError) || !why.test(verdict.message))
          verdicts[what] = String(verdict)
      }
    }
    expect(verdicts).toEqual({})
  })

  it('when the key is for something else: encryption, another algorithm, a short one', async () => {
    const unfit: [SigningKey, string][] = [
      [{ ...rsa, jwk: { ...rsa.jwk, use: 'enc' } }, 'RS256'],
      [{ ...rsa, jwk: { ...rsa.jwk, alg: 'PS256' } }, 'RS256'],
      [{ ...rsa, jwk: { ...rsa.jwk, key_ops: ['encrypt'] } }, 'RS256'],
      [newKey('RSA', 1_024), 'RS256'],
      [newKey('P-384'), 'ES256'],
    ]
    for (const [key, alg] of unfit) {
      issuer.keys = [key]
      pass(30_001)
      await expect(exchange(issuer.token({}, { alg, key }))).rejects.toEqual(refused(/no such key|signature/))
    }
    // A symmetric key that the issuer publishes by mistake counts for nothing.
    issuer.answers.keys = { keys: [{ kty: 'oct', kid: 'x', k: 'c2VjcmV0' }, null, 7, {}] }
    pass(30_001)
    await expect(exchange(issuer.token({}, { header: { kid: 'x' } }))).rejects.toEqual(refused(/no such key/))
  })

  it('the second time, on whichever node, at once or later, however its signature is written', async () => {
    const token = issuer.token()
    await exchange(issuer.token())
    await exchange(issuer.token(), { core: there })
    const results = await Promise.allSettled(
      [here, there, here, there].map((core) => exchange(token, { core })),
    )
    expect(results.map(({ status }) => status).sort()).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
    ])
    await expect(exchange(token)).rejects.toEqual(refused(/exchanged before/))
    // Without an id: the last letter of base64url has bits that nobody reads, and (r, n - s) signs what (r, s) signs.
    const plain = issuer.token({ jti: undefined })
    const last = plain.at(-1)!
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const other = plain.slice(0, -1) + alphabet[alphabet.indexOf(last) ^ 1]
    await exchange(plain)
    await expect(exchange(other)).rejects.toEqual(refused(/exchanged before/))
    await expect(exchange(mirrored(plain), { core: there })).rejects.toEqual(refused(/exchanged before/))
    // One with the same id, signed anew.
    const id = 'the same'
    await exchange(issuer.token({ jti: id }))
    await expect(exchange(issuer.token({ jti: id, again: true }))).rejects.toEqual(
      refused(/exchanged before/),
    )
  })

  it('and known to have been exchanged for as long as it could be valid, not for longer', async () => {
    pass(600_000)
    await purgeSpentTokens(here)
    const token = issuer.token()
    await exchange(token)
    pass(299_000)
    expect(await purgeSpentTokens(here)).toBe(0)
    await expect(exchange(token, { core: there })).rejects.toEqual(refused(/exchanged before/))
    pass(200_000)
    await expect(exchange(token)).rejects.toEqual(refused(/expired/))
    expect(await purgeSpentTokens(here)).toBe(1)
  })

  it('when its robot is disabled, has expired or is gone, and when its trust is', async () => {
    await updateRobot(there, SYSTEM, robot.id, { disabled: true })
    await expect(exchange(issuer.token())).rejects.toEqual(refused(/disabled/))
    await replaceRobot(1)
    await addTrust({ claims: { sub: 'repo:short/*' } })
    const token = () => issuer.token({ sub: 'repo:short/app' })
    pass(86_400_000 - 60_000)
    const { expiresAt } = await exchange(token())
    expect(expiresAt.getTime() - clockMs).toBeLessThanOrEqual(60_000)
    pass(60_001)
    await expect(exchange(token())).rejects.toEqual(refused(/expired/))
    await replaceRobot()
    const id = await addTrust({ claims: { sub: 'repo:third/*' } })
    const third = () => exchange(issuer.token({ sub: 'repo:third/app' }))
    await third()
    await updateIdentityTrust(there, SYSTEM, { id: project.id }, id, { disabled: true })
    await expect(third()).rejects.toEqual(refused(/fit no trust/))
    await updateIdentityTrust(there, SYSTEM, { id: project.id }, id, { disabled: false })
    await third()
    // Of the time before such claims were refused: it can be ended all the same.
    const claims = { sub: '*' }
    await there.db.prisma.identityTrust.update({ where: { id }, data: { claims } })
    await updateIdentityTrust(there, SYSTEM, { id: project.id }, id, { disabled: true, claims })
    await expect(third()).rejects.toEqual(refused(/fit no trust/))
    await expect(
      updateIdentityTrust(there, SYSTEM, { id: project.id }, id, { claims: { sub: '**' } }),
    ).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await there.db.prisma.identityTrust.update({
      where: { id },
      data: { claims: { sub: 'repo:third/*' }, disabled: false },
    })
    pass(3_001)
    await third()
    await deleteRobot(there, SYSTEM, robot.id)
    await expect(third()).rejects.toEqual(refused(/fit no trust/))
  })
})

/** The other signature of the same text by the same key. */
function mirrored(token: string): string {
  const [head, body, tail] = token.split('.')
  const bytes = Buffer.from(tail!, 'base64url')
  const order = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551')
  const s = order - BigInt(`0x${bytes.subarray(32).toString('hex')}`)
  bytes.write(s.toString(16).padStart(64, '0'), 32, 'hex')
  return `${head}.${body}.${bytes.toString('base64url')}`
}

describe('while its issuer is asked for keys', () => {
  const changes: [string, () => Promise<unknown>][] = [
    ['deleted', () => deleteIdentityTrust(there, SYSTEM, { id: project.id }, trustId)],
    ['disabled', () => change({ disabled: true })],
    ['changed', () => change({ claims: { sub: 'repo:other/*' } })],
  ]
  const change = (input: Parameters<typeof updateIdentityTrust>[4]) =>
    updateIdentityTrust(there, SYSTEM, { id: project.id }, trustId, input)

  it.each(changes)('a trust that is %s gives nothing any more, and spends nothing', async (_, make) => {
    const token = issuer.token()
    issuer.beforeAnswer = async () => {
      issuer.beforeAnswer = async () => undefined
      await make()
    }
    await expect(exchange(token)).rejects.toEqual(refused(/changed meanwhile/))
    await addTrust()
    await expect(exchange(token)).resolves.toMatchObject({ username: robot.name })
  })
})
