import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { sampleEntries, startFakeDirectory } from './fake/index.ts'
import { type Directory, type DirectorySettings, openDirectory } from './index.ts'

const BASE = 'dc=example,dc=com'
/** Where a timeout is not what is waited for, a busy machine must not make it one. */
const patient = { connectTimeoutMs: 10_000, requestTimeoutMs: 10_000 }
const hasty = { connectTimeoutMs: 300, requestTimeoutMs: 300 }
const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** A server that does with its connections what it likes; `received` is all it ever got. */
async function hostile(greet: (socket: Socket, message: Buffer) => void) {
  const received: Buffer[] = []
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket
      .on('error', () => {})
      .on('data', (message) => {
        received.push(message)
        greet(socket, message)
      })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanups.push(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  return {
    url: `ldap://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets,
    text: () => Buffer.concat(received).toString('latin1'),
  }
}

function open(url: string, changes: Partial<DirectorySettings> = {}): Directory {
  const directory = openDirectory({
    urls: [url],
    searchAccount: { dn: `cn=search,${BASE}`, password: 'search-secret' },
    users: { baseDn: BASE },
    limits: { ...patient, maxAnswerBytes: 1024 * 1024 },
    ...changes,
  })
  cleanups.push(() => directory.close())
  return directory
}

const startTlsAnswer = (code: number) =>
  Buffer.from(`300c02010178070a01${code.toString(16).padStart(2, '0')}04000400`, 'hex')
const bindAnswer = (id: number) =>
  Buffer.from(`300c0201${id.toString(16).padStart(2, '0')}61070a010004000400`, 'hex')

describe('StartTLS', () => {
  const startTls = { tls: { startTls: true } }

  it('sends nothing in the clear when the server does not agree', async () => {
    const server = await hostile((socket) => socket.write(startTlsAnswer(2)))
    await expect(open(server.url, startTls).findUser('ann')).rejects.toMatchObject({
      code: 'STARTTLS_REFUSED',
      resultCode: 2,
    })
    expect(server.text()).not.toContain('search')
  })

  it('ends the connection when bytes are slipped in before the encryption', async () => {
    const slipped = bindAnswer(2).subarray(0, 13)
    const server = await hostile((socket) => socket.write(Buffer.concat([startTlsAnswer(0), slipped])))
    await expect(open(server.url, startTls).findUser('ann')).rejects.toMatchObject({ code: 'PROTOCOL' })
    expect(server.text()).not.toContain('search')
  })

  it.each([
    ['never answers', () => {}, 'TIMEOUT'],
    [
      'agrees and never goes on',
      (socket: Socket, message: Buffer) => message[0] === 0x30 && socket.write(startTlsAnswer(0)),
      'TIMEOUT',
    ],
    ['hangs up', (socket: Socket) => socket.end(), 'STARTTLS_REFUSED'],
    ['answers nonsense', (socket: Socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'), 'PROTOCOL'],
  ])('gives up on a server that %s', async (_, greet, code) => {
    const server = await hostile(greet)
    await expect(
      open(server.url, { ...startTls, limits: code === 'TIMEOUT' ? hasty : patient }).findUser('ann'),
    ).rejects.toMatchObject({ code })
    expect(server.text()).not.toContain('search')
  })
})

describe('a hostile directory', () => {
  it.each([
    ['silence', () => {}, 'TIMEOUT'],
    ['a closed connection', (socket: Socket) => socket.destroy(), 'UNREACHABLE'],
    ['nonsense', (socket: Socket) => socket.write('220 smtp.example.com ESMTP\r\n'), 'TIMEOUT'],
    [
      'an endless message',
      (socket: Socket) =>
        socket.write(Buffer.concat([Buffer.from('3084ffffff', 'hex'), Buffer.alloc(2 << 20)])),
      'ANSWER_TOO_LARGE',
    ],
  ])('that answers with %s costs neither memory nor time', async (_, greet, code) => {
    const server = await hostile(greet)
    const limits = { ...(code === 'TIMEOUT' ? hasty : patient), maxAnswerBytes: 1024 * 1024 }
    await expect(open(server.url, { limits }).findUser('ann')).rejects.toMatchObject({ code })
  })

  it('cannot overflow the stack with many small messages at once', async () => {
    const smallest = Buffer.from('30050201096100', 'hex')
    const crowd = Buffer.concat(Array.from({ length: 60_000 }, () => smallest))
    const server = await hostile((socket, message) => {
      socket.write(crowd)
      socket.write(bindAnswer(message[4]!))
    })
    // It accepts the bind and answers no search: what counts is that this process is still there.
    const limits = { connectTimeoutMs: 10_000, requestTimeoutMs: 1_000 }
    await expect(open(server.url, { limits }).findUser('ann')).rejects.toMatchObject({ code: 'TIMEOUT' })
  })

  it('is never reached by a reference: only configured servers get the search and its password', async () => {
    const thief = await hostile(() => {})
    const other = await startFakeDirectory({ entries: sampleEntries() })
    const fake = await startFakeDirectory({ entries: [{ dn: BASE, attributes: { objectClass: 'domain' } }] })
    cleanups.push(fake.close, other.close)
    fake.tree.entries.push({
      dn: `cn=search,${BASE}`,
      password: 'search-secret',
      attributes: { cn: 'search' },
    })
    fake.references.push(
      `${thief.url}/${BASE}`,
      `${other.url}/ou=people,${BASE}`,
      'http://127.0.0.1/',
      'ldap:///',
    )
    await expect(open(fake.url).findUser('ann')).resolves.toBeUndefined()
    const following = open(fake.url, { urls: [fake.url, other.url], followReferrals: true })
    await expect(following.findUser('ann')).resolves.toMatchObject({ dn: `uid=ann,ou=people,${BASE}` })
    other.references.push(`${fake.url}/${BASE}`, `${other.url}/ou=people,${BASE}`)
    await expect(following.findUser('bob')).resolves.toMatchObject({ username: 'bob' })
    expect(thief.sockets).toHaveLength(0)
  })

  it('that answers a whole request with a referral is refused clearly', async () => {
    const fake = await startFakeDirectory({ entries: sampleEntries() })
    cleanups.push(fake.close)
    fake.faults.push(10)
    await expect(open(fake.url, { searchAccount: undefined }).findUser('ann')).rejects.toMatchObject({
      code: 'REFERRED_ELSEWHERE',
      resultCode: 10,
    })
  })
})

describe('errors', () => {
  it('hold no password and no line of the directory that could forge a log', async () => {
    const fake = await startFakeDirectory({ entries: sampleEntries() })
    cleanups.push(fake.close)
    const account = { dn: `cn=search,${BASE}`, password: 'a-wrong-password' }
    const error = await open(fake.url, { searchAccount: account })
      .findUser('ann')
      .catch((reason) => reason)
    expect(error).toMatchObject({ code: 'BIND_REFUSED', resultCode: 49, url: fake.url })
    const words = JSON.stringify([error, error.cause, String(error.cause?.cause)])
    expect(words).not.toContain('a-wrong-password')
    expect(/[\r\n]/.test(`${error.message}${error.detail}`)).toBe(false)
  })
})
