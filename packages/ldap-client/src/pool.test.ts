import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type FakeDirectory, sampleEntries, startFakeDirectory } from './fake/index.ts'
import { type Directory, type DirectorySettings, openDirectory } from './index.ts'

const BASE = 'dc=example,dc=com'
const limits = { requestTimeoutMs: 5_000 }
let fake: FakeDirectory
const cleanups: (() => unknown)[] = []

beforeEach(async () => {
  fake = await startFakeDirectory({ entries: sampleEntries() })
  cleanups.push(fake.close)
})
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

function open(changes: Partial<DirectorySettings> = {}): Directory {
  const directory = openDirectory({
    urls: [fake.url],
    searchAccount: { dn: `cn=search,${BASE}`, password: 'search-secret' },
    users: { baseDn: `ou=people,${BASE}` },
    limits,
    ...changes,
  })
  cleanups.push(() => directory.close())
  return directory
}

describe('connections', () => {
  it('are shared by many calls and never more than allowed', async () => {
    const directory = open({ limits: { ...limits, maxConnections: 2 } })
    const people = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        n % 2 ? directory.authenticate('ann', 'ann-secret') : directory.findUser('bob'),
      ),
    )
    expect(people.filter((person) => person?.username === 'ann')).toHaveLength(30)
    const { search, login } = directory.connections
    expect(search).toBe(2)
    expect(login).toBeLessThanOrEqual(2)
    expect(fake.connections()).toBe(search + login)
    expect(fake.requests.binds.filter(({ dn }) => dn.startsWith('cn=search'))).toHaveLength(search)
  })

  it('that died are replaced without anybody noticing', async () => {
    const directory = open()
    await Promise.all([1, 2, 3].map(() => directory.authenticate('ann', 'ann-secret')))
    fake.dropConnections()
    await expect(
      Promise.all([1, 2, 3, 4].map(() => directory.authenticate('ann', 'ann-secret'))),
    ).resolves.toHaveLength(4)
  })

  it('close when nobody used them for a while', async () => {
    const directory = open({ limits: { ...limits, idleMs: 30 } })
    await directory.authenticate('ann', 'ann-secret')
    await vi.waitFor(() => expect(fake.connections()).toBe(0), 5_000)
    expect(directory.connections).toEqual({ search: 0, login: 0 })
    await expect(directory.findUser('ann')).resolves.toMatchObject({ username: 'ann' })
  })

  it('after a request without an answer are not used again', async () => {
    const directory = open({ limits: { requestTimeoutMs: 1_000 } })
    await directory.findUser('ann')
    fake.faults.push('silence')
    await expect(directory.findUser('ann')).rejects.toMatchObject({ code: 'TIMEOUT', url: fake.url })
    expect(directory.connections.search).toBe(0)
    await expect(directory.findUser('ann')).resolves.toMatchObject({ username: 'ann' })
  })

  it('are waited for by a limited number of calls, for a limited time', async () => {
    const directory = open({
      searchAccount: undefined,
      limits: { requestTimeoutMs: 1_000, maxConnections: 1, maxWaiting: 1, waitTimeoutMs: 100 },
    })
    fake.faults.push('silence')
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => directory.findUser('ann')))
    expect(outcomes.map((outcome) => (outcome as PromiseRejectedResult).reason.code)).toEqual([
      'TIMEOUT',
      'POOL_EXHAUSTED',
      'POOL_EXHAUSTED',
    ])
  })

  it('end with the directory', async () => {
    const directory = open()
    await directory.authenticate('ann', 'ann-secret')
    directory.close()
    await vi.waitFor(() => expect(fake.connections()).toBe(0), 5_000)
    await expect(directory.findUser('ann')).rejects.toMatchObject({ code: 'CLOSED' })
  })
})

describe('several servers', () => {
  it('are tried in order, and one that failed comes last for a while', async () => {
    const second = await startFakeDirectory({ entries: sampleEntries() })
    cleanups.push(second.close)
    let nowMs = 1_000_000
    const directory = open({
      urls: [fake.url, second.url],
      clock: () => nowMs,
      limits: { ...limits, maxConnections: 1 },
    })
    await directory.findUser('ann')
    expect([fake.connections(), second.connections()]).toEqual([1, 0])
    fake.faults.push(52)
    fake.dropConnections()
    await expect(directory.findUser('ann')).resolves.toMatchObject({ username: 'ann' })
    expect(second.connections()).toBe(1)
    second.dropConnections()
    await directory.findUser('ann')
    expect(second.connections()).toBe(1)
    nowMs += 31_000
    second.dropConnections()
    await directory.findUser('ann')
    expect(fake.requests.searches.length).toBeGreaterThan(1)
  })

  it('that are all away make one error that says why', async () => {
    const directory = open({ urls: ['ldap://127.0.0.1:1', 'ldap://localhost:1'] })
    await expect(directory.findUser('ann')).rejects.toMatchObject({
      code: 'UNREACHABLE',
      url: 'ldap://127.0.0.1:1',
      message: /no other server/,
    })
  })

  it('do not hide that the search account is refused', async () => {
    const second = await startFakeDirectory({ entries: sampleEntries() })
    cleanups.push(second.close)
    const account = { dn: `cn=search,${BASE}`, password: 'wrong' }
    const directory = open({ urls: [fake.url, second.url], searchAccount: account })
    await expect(directory.authenticate('ann', 'ann-secret')).rejects.toMatchObject({ code: 'BIND_REFUSED' })
    expect(second.requests.binds).toEqual([])
  })
})

describe('settings', () => {
  it.each([
    [{ urls: [] }, 'SETTINGS'],
    [{ urls: ['http://a'] }, 'SETTINGS'],
    [{ urls: ['ldap://user:secret@a'] }, 'SETTINGS'],
    [{ urls: ['ldap://a/dc=b'] }, 'SETTINGS'],
    [{ searchAccount: { dn: 'cn=a', password: '' } }, 'SETTINGS'],
    [{ users: { baseDn: 'nonsense' } }, 'INVALID_DN'],
    [{ users: { baseDn: BASE, filter: '(uid=*' } }, 'INVALID_FILTER'],
    [{ users: { baseDn: BASE, loginAttributes: ['uid)(cn'] } }, 'INVALID_FILTER'],
    [{ limits: { maxConnections: 0 } }, 'SETTINGS'],
  ] as [Partial<DirectorySettings>, string][])(
    'that cannot work are refused at once: %j',
    (changes, code) => {
      expect(() => open(changes)).toThrow(expect.objectContaining({ code }))
    },
  )
})
