import { testDatabase } from '@berth/testing'
import { describe, expect, it } from 'vitest'
import { SYSTEM } from '../authorization/index.ts'
import { updateConfigurations } from '../configurations/index.ts'
import { exchange, here, issuer, pass, prepareExchanges, refused, robot, there } from './exchange.fixture.ts'
import { RefusedTokenError } from './index.ts'
import { newKey } from './issuer.fixture.ts'

prepareExchanges(testDatabase)

describe('the keys of an issuer', () => {
  it('are fetched once, again for a key that is new, and not for every key that somebody makes up', async () => {
    await Promise.all([exchange(issuer.token()), exchange(issuer.token()), exchange(issuer.token())])
    await exchange(issuer.token())
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/keys'])
    for (let n = 0; n < 5; n++)
      await expect(exchange(issuer.token({}, { key: newKey() }))).rejects.toEqual(refused(/no such key/))
    expect(issuer.asked).toHaveLength(2)
    const old = issuer.keys[0]!
    issuer.keys = [newKey()]
    pass(30_001)
    await exchange(issuer.token())
    expect(issuer.asked).toHaveLength(4)
    // The one that was withdrawn ended with that.
    await expect(exchange(issuer.token({}, { key: old }))).rejects.toEqual(refused(/no such key/))
  })

  it('that were withdrawn end within ten minutes, and hold for an hour while the issuer is away', async () => {
    await exchange(issuer.token())
    issuer.answers.status = 503
    pass(10 * 60_000)
    await exchange(issuer.token())
    pass(51 * 60_000)
    await expect(exchange(issuer.token())).rejects.toEqual(refused(/could not be read: it answers 503/))
    delete issuer.answers.status
    pass(30_001)
    await exchange(issuer.token())
    const old = issuer.keys[0]!
    issuer.keys = [newKey()]
    pass(10 * 60_000)
    await expect(exchange(issuer.token({}, { key: old }))).rejects.toEqual(refused(/no such key/))
  })

  it('are taken from nowhere but the issuer itself', async () => {
    const attempts: [unknown, RegExp][] = [
      [{ issuer: 'http://127.0.0.1:1', jwks_uri: `${issuer.url}/keys` }, /another issuer/],
      [{ issuer: issuer.url }, /no jwks_uri/],
      [{ issuer: issuer.url, jwks_uri: 'http://127.0.0.2:1/keys' }, /not public/],
      [{ issuer: issuer.url, jwks_uri: 'http://[::ffff:127.0.0.1]/keys' }, /not public/],
      [{ issuer: issuer.url, jwks_uri: 'http://169.254.169.254/keys' }, /not public/],
      [{ issuer: issuer.url, jwks_uri: 'file:///etc/passwd' }, /not an http/],
    ]
    for (const [discovery, why] of attempts) {
      issuer.answers.discovery = discovery
      pass(30_001)
      await expect(exchange(issuer.token())).rejects.toEqual(refused(why))
    }
    delete issuer.answers.discovery
    issuer.answers.status = 302
    pass(30_001)
    await expect(exchange(issuer.token())).rejects.toEqual(refused(/answers 302/))
  })

  it('are not asked for when nobody trusts the issuer, or an administrator allows its host no more', async () => {
    const { name, message } = await exchange(issuer.token({ aud: 'http://other.test' })).catch(
      (error) => error,
    )
    expect([name, message]).toEqual(['RefusedTokenError', 'there is no trust for its issuer and audience'])
    expect(issuer.asked).toEqual([])
    await updateConfigurations(here, SYSTEM, { outbound_allowed_hosts: '' })
    await expect(exchange(issuer.token(), { core: there })).rejects.toEqual(refused(/not public/))
    expect(issuer.asked).toEqual([])
  })
})

it('an issuer that fails is not counted against the network of its jobs', async () => {
  issuer.answers.status = 503
  for (let n = 0; n < 65; n++)
    await expect(exchange(issuer.token())).rejects.toEqual(refused(/could not be read: it answers 503/))
  issuer.answers = {}
  pass(30_000)
  await exchange(issuer.token())
})

it('a network that has sent many wrong tokens, and goes on, still gets what right ones are worth', async () => {
  await Promise.all(Array.from({ length: 70 }, () => exchange(issuer.token())))
  for (let n = 0; n < 60; n++) await expect(exchange('a.b')).rejects.toBeInstanceOf(RefusedTokenError)
  const wrong = Array.from({ length: 60 }, () => exchange('a.b').catch((error) => error))
  await expect(exchange(issuer.token())).resolves.toMatchObject({ username: robot.name })
  const verdicts = await Promise.all(wrong)
  expect(verdicts.filter((error) => error.code === 'TOO_MANY_REQUEST').length).toBeGreaterThan(0)
  expect(verdicts.filter((error) => error instanceof RefusedTokenError).length).toBeGreaterThan(0)
})

it('does so behind an address that sends thousands about whom nothing is proved, each about somebody else', async () => {
  await exchange(issuer.token())
  const forged = (sub: string) => {
    const [head, , tail] = issuer.token().split('.')
    return `${head}.${issuer.token({ sub }).split('.')[1]}.${tail}`
  }
  for (let n = 0; n < 60; n++) await expect(exchange('a.b')).rejects.toBeInstanceOf(RefusedTokenError)
  const wrong = Array.from({ length: 300 }, (_, n) => exchange(forged(`job-${n}`)).catch((error) => error))
  await expect(exchange(issuer.token())).resolves.toMatchObject({ username: robot.name })
  const verdicts = await Promise.all(wrong)
  expect(verdicts.filter((error) => error.code === 'TOO_MANY_REQUEST')).toHaveLength(260)
})
