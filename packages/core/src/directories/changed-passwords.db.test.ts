import { testDatabase } from '@berth/testing'
import { describe, expect, it } from 'vitest'
import { resolveSession, signIn } from '../sessions/index.ts'
import { issueRefreshToken, issueToken, redeemRefreshToken, verifyToken } from '../tokens/index.ts'
import { personDn } from './company.fixture.ts'
import { company, pastInterval, useCompany } from './refreshing.fixture.ts'

useCompany(testDatabase)

describe('a password that was changed there', () => {
  const hold = async (name: string, password = `${name}-secret`) => {
    const actor = await company.signIn(name, password)
    const session = await signIn(company.core, { username: name, password, address: '', userAgent: '' })
    const { token } = await issueToken(company.core, actor, { service: 'berth-registry', scopes: [] })
    return { session: session.secret, token, refresh: await issueRefreshToken(company.core, actor) }
  }
  /** What of it still opens something: session, registry token, refresh token. */
  const held = async ({ session, token, refresh = '' }: Awaited<ReturnType<typeof hold>>) => [
    (await resolveSession(company.core, session)) !== null,
    await verifyToken(company.core, token).then(
      () => true,
      () => false,
    ),
    await redeemRefreshToken(company.core, refresh).then(
      () => true,
      () => false,
    ),
  ]
  const set = (name: string, attributes: Record<string, string>, password?: string) => {
    const entry = company.fake.tree.get(personDn(name))!
    Object.assign(entry.attributes, attributes)
    if (password !== undefined) entry.password = password
  }

  it.each([
    ['pwdLastSet', '133700000000000000', '133700000000000001', '133699999999999999'],
    ['pwdLastSet', '133700000000000000', '0', '133700000000000000'],
    ['pwdChangedTime', '20261121100000Z', '20261121100001Z', '20261120235959Z'],
  ])(
    'ends what was opened with the old one at the next look (%s %s, then %s)',
    async (attribute, first, then, older) => {
      for (const name of ['kim', 'lee']) company.addPerson(name, { [attribute]: first })
      const [kim, lee] = [await hold('kim'), await hold('lee')]
      await pastInterval()
      expect([await held(kim), await held(lee)]).toEqual([
        [true, true, true],
        [true, true, true],
      ])
      set('kim', { [attribute]: then }, 'a-new-secret')
      await pastInterval()
      expect([await held(kim), await held(lee)]).toEqual([
        [false, false, false],
        [true, true, true],
      ])
      const again = await hold('kim', 'a-new-secret')
      // A server of the directory that has not heard of it yet.
      if (then !== '0') set('kim', { [attribute]: older })
      await pastInterval()
      set('kim', { [attribute]: then })
      await pastInterval()
      expect(await held(again)).toEqual([true, true, true])
      const lines = await company.database.db.query<{ detail: unknown }>(
        `SELECT detail FROM audit_lines WHERE resource = 'kim' AND action = 'update' ORDER BY id DESC LIMIT 1`,
      )
      expect(lines[0]?.detail).toMatchObject({ in_directory: 'password changed' })
    },
  )

  it('ends it at once when the new one is used', async () => {
    company.addPerson('kim', { pwdLastSet: '133700000000000000' })
    const old = await hold('kim')
    set('kim', { pwdLastSet: '133700000000000009' }, 'a-new-secret')
    const fresh = await hold('kim', 'a-new-secret')
    expect(await held(old)).toEqual([false, false, false])
    expect(await held(fresh)).toEqual([true, true, true])
  })

  it('gets no refresh token where the directory does not say when it is changed, and one from before is over', async () => {
    company.addPerson('kim', { pwdLastSet: '133700000000000000' })
    company.addPerson('max')
    expect((await hold('max')).refresh).toBeUndefined()
    const kim = await hold('kim')
    expect(await held(kim)).toEqual([true, true, true])
    delete (company.fake.tree.get(personDn('kim'))!.attributes as Record<string, unknown>).pwdLastSet
    await pastInterval()
    expect((await held(kim))[2]).toBe(false)
  })

  it('ends what was opened with one that was over when it was set again, and stays over', async () => {
    company.addPerson('kim', {
      krbLastPwdChange: '20261101100000Z',
      krbPasswordExpiration: '20261101100000Z',
    })
    const leaked = await hold('kim')
    await pastInterval()
    expect(await held(leaked)).toEqual([true, true, true])
    set('kim', { krbLastPwdChange: '20261102100000Z', krbPasswordExpiration: '20261102100000Z' }, 'another')
    await pastInterval()
    expect(await held(leaked)).toEqual([false, false, false])
    const again = await hold('kim', 'another')
    // A server of the directory that has not heard of it yet.
    set('kim', { krbLastPwdChange: '20261101100000Z', krbPasswordExpiration: '20261101100000Z' })
    await pastInterval()
    expect(await held(again)).toEqual([true, true, true])
    set('kim', { krbLastPwdChange: '20261102100000Z', krbPasswordExpiration: '20991102100000Z' })
    await pastInterval()
    expect(await held(again)).toEqual([false, false, false])
  })
})
