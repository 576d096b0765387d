import { createAuthority } from '@berth/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { DeliveryError } from './failure.ts'
import { parseDestination, type Target } from './model.ts'
import { jsonOf, readFrames, readToEnd, type SyslogReceiver, startSyslog } from './receivers.fixture.ts'
import { type Outgoing, withGaps } from './records.ts'
import { backoffMs, stateOf } from './rules.ts'
import { SYSLOG_TIMES, sendSyslog } from './syslog.ts'
import { frame } from './syslog-message.ts'

const running: SyslogReceiver[] = []
const start = async (options: Parameters<typeof startSyslog>[0]) => {
  const receiver = await startSyslog(options)
  running.push(receiver)
  return receiver
}
afterEach(() => Promise.all(running.splice(0).map((receiver) => receiver.close())))

const plain = (address: string): Target => ({
  kind: 'syslog',
  address,
  tls: false,
  caPem: null,
  auth: 'none',
  secret: null,
  previousSecret: null,
})
const at = new Date('2026-05-01T10:00:00.123Z')
const lineAt = (position: number, more: Record<string, unknown> = {}) =>
  ({
    position,
    id: position,
    at,
    actorKind: 'user',
    actorId: 1,
    actorName: 'grüße\n"]',
    credential: 'password',
    address: '192.0.2.1',
    userAgent: '',
    requestId: '',
    action: 'create',
    resourceType: 'user',
    resource: 'x',
    projectId: null,
    result: 'refused',
    times: 1,
    detail: null,
    hash: 'ab'.repeat(32),
    seal: 'kept at home',
    ...more,
  }) as never
const records = (count: number, detail: unknown = null): Outgoing[] =>
  Array.from({ length: count }, (_, n) => ({ kind: 'line', line: lineAt(n + 1, { detail }) }))
const bytesOf = (list: Outgoing[]) => Buffer.concat(list.map((record) => frame(record, 'berth.example')))
const never = new AbortController().signal
const failure = async (sending: Promise<void>) => {
  const error = await sending.then(
    () => undefined,
    (thrown) => thrown,
  )
  expect(error).toBeInstanceOf(DeliveryError)
  return (error as Error).message
}

describe('a message', () => {
  it('is RFC 5424 in a frame of RFC 6587, with all that the hash covers as JSON in one line', () => {
    const [message, ...others] = readFrames(frame(records(1)[0]!, 'berth.example'))
    expect(others).toEqual([])
    expect(message).toMatch(
      /^<108>1 2026-05-01T10:00:00\.123Z berth\.example berth - create_user \[berth@32473 position="1" hash="(ab){32}" result="refused"\] \{/,
    )
    expect(message).not.toContain('\n')
    expect(jsonOf(message!)).toMatchObject({ kind: 'line', position: 1, actor_name: 'grüße\n"]' })
    expect(message).not.toContain('kept at home')
  })

  it('tells of a gap before the line that follows it', () => {
    const list = withGaps([lineAt(3), lineAt(4), lineAt(9)], 2, at)
    expect(list.map(({ kind }) => kind)).toEqual(['line', 'line', 'gap', 'line'])
    expect(readFrames(bytesOf(list)).map(jsonOf)[2]).toMatchObject({ first_position: 5, last_position: 8 })
    expect(withGaps([lineAt(3)], 0, at)[0]).toMatchObject({ gap: { firstPosition: 1, lastPosition: 2 } })
  })
})

describe('a receiver', () => {
  it('has everything when it ends its side after ours, over TCP and over TLS', async () => {
    const authority = createAuthority()
    const { certificatePem: cert, keyPem: key } = authority.issue(['127.0.0.1'])
    const secure = await start({ tls: { cert, key } })
    const open = await start({})
    const bytes = bytesOf(records(500, { text: 'x'.repeat(1_000) }))
    await sendSyslog(plain(open.address), bytes, never)
    await sendSyslog({ ...plain(secure.address), tls: true, caPem: authority.certificatePem }, bytes, never)
    for (const { messages } of [open, secure])
      expect(messages.map((text) => jsonOf(text).position)).toHaveLength(500)
  })

  it('whose certificate another authority made gets nothing', async () => {
    const { certificatePem: cert, keyPem: key } = createAuthority().issue(['127.0.0.1'])
    const receiver = await start({ tls: { cert, key } })
    const stranger = createAuthority('Somebody else').certificatePem
    const target = { ...plain(receiver.address), tls: true, caPem: stranger }
    expect(await failure(sendSyslog(target, bytesOf(records(1)), never))).toContain('not trusted')
    expect(receiver.messages).toEqual([])
    const wrongName = createAuthority()
    const other = wrongName.issue(['elsewhere.example'])
    const named = await start({ tls: { cert: other.certificatePem, key: other.keyPem } })
    const message = await failure(
      sendSyslog(
        { ...plain(named.address), tls: true, caPem: wrongName.certificatePem },
        bytesOf(records(1)),
        never,
      ),
    )
    expect(message).toContain('certificate')
  })

  it('that reads slowly has time as long as it takes anything', async () => {
    const receiver = await start({
      take(socket, self) {
        readToEnd(socket, self)
        const timer = setInterval(() => (socket.isPaused() ? socket.resume() : socket.pause()), 2)
        socket.on('close', () => clearInterval(timer))
      },
    })
    const bytes = bytesOf(records(300, { text: 'x'.repeat(8_000) }))
    await sendSyslog(plain(receiver.address), bytes, never, { ...SYSLOG_TIMES, stalledMs: 2_000 })
    expect(receiver.messages).toHaveLength(300)
  })

  it.each([
    ['closes in the middle of a message', (socket) => socket.once('data', () => socket.destroy())],
    ['closes in order before it has everything', (socket) => socket.once('data', () => socket.end())],
    ['resets the connection', (socket) => socket.once('data', () => socket.resetAndDestroy())],
    ['closes at once', (socket) => socket.destroy()],
    ['takes nothing', (socket) => socket.pause()],
  ] as [string, NonNullable<Parameters<typeof startSyslog>[0]>['take']][])(
    'that %s has nothing for sure',
    async (_, take) => {
      const receiver = await start({ take })
      const bytes = bytesOf(records(500, { text: 'x'.repeat(16_000) }))
      const times = { connectMs: 2_000, stalledMs: 300, confirmMs: 300 }
      await failure(sendSyslog(plain(receiver.address), bytes, never, times))
    },
  )

  it('that never closes its side after ours says nothing about what it has', async () => {
    const { createServer } = await import('node:net')
    const server = createServer(
      { allowHalfOpen: true },
      (socket) => void socket.resume().on('error', () => {}),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
    const { port } = server.address() as { port: number }
    const times = { ...SYSLOG_TIMES, confirmMs: 100 }
    const message = await failure(sendSyslog(plain(`127.0.0.1:${port}`), bytesOf(records(1)), never, times))
    expect(message).toContain('did not close its side')
    server.close()
  })

  it('that is not there, and a process that ends, are told apart from success', async () => {
    const receiver = await start({})
    await receiver.close()
    running.length = 0
    expect(await failure(sendSyslog(plain(receiver.address), Buffer.alloc(1), never))).toContain(
      'ECONNREFUSED',
    )
    const silent = await start({ take: (socket) => void socket.pause() })
    const ending = new AbortController()
    const sending = sendSyslog(
      plain(silent.address),
      bytesOf(records(500, 'x'.repeat(16_000))),
      ending.signal,
    )
    ending.abort()
    expect(await failure(sending)).toContain('ends')
  })
})

it('waits longer after each failure in a row, at different times, and never for more than five minutes', () => {
  expect([1, 2, 3, 4].map((failures) => backoffMs(failures, 0))).toEqual([1_000, 2_000, 4_000, 8_000])
  expect(backoffMs(1, 1)).toBe(500)
  for (const failures of [9, 50, 5_000]) expect(backoffMs(failures, 0)).toBeLessThanOrEqual(300_000)
})

it('says of a destination how it is', () => {
  const limit = { lines: 10, ageMs: 1_000 }
  const good = { enabled: true, failures: 0, lostAt: null }
  const none = { lines: 0, oldestAt: null }
  const waiting = { lines: 5, oldestAt: new Date(9_500) }
  expect(stateOf({ ...good, enabled: false }, waiting, limit, 10_000)).toBe('disabled')
  expect(stateOf(good, none, limit, 10_000)).toBe('current')
  expect(stateOf(good, waiting, limit, 10_000)).toBe('sending')
  expect(stateOf({ ...good, failures: 1 }, waiting, limit, 10_000)).toBe('retrying')
  expect(stateOf(good, { ...waiting, lines: 11 }, limit, 10_000)).toBe('losing')
  expect(stateOf(good, waiting, limit, 11_000)).toBe('losing')
  expect(stateOf({ ...good, lostAt: new Date(0) }, none, limit, 10_000)).toBe('losing')
})

it('takes an address in one form, and no other kind of thing for one', () => {
  const parse = (kind: 'syslog' | 'http', address: string) =>
    parseDestination({ name: 'a', kind, address }).address
  expect(parse('syslog', ' logs.example:6514 ')).toBe('logs.example:6514')
  expect(parse('syslog', '[::1]:514')).toBe('[::1]:514')
  expect(parse('http', 'https://logs.example/in')).toBe('https://logs.example/in')
  for (const address of ['', 'logs.example', 'a:0', 'a:65536', 'a b:1', 'http://a:1', 'a:1/x', '::1:514'])
    expect(() => parse('syslog', address), address).toThrow()
  for (const address of ['', 'a:1', 'ftp://a/', 'http://u:p@a/', 'http://a/#x'])
    expect(() => parse('http', address), address).toThrow()
})
