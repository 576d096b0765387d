import { describe, expect, it } from 'vitest'
import { openSecrets as openInstallation } from '../secrets/index.ts'
import { signatureOf } from '../signatures/index.ts'
import type { Target } from './model.ts'
import { parseEventTypes, parseFilter } from './model.ts'
import { bodyFor } from './payloads.ts'
import { delayAfter, isWanted, readRetryAfter, redact } from './rules.ts'
import { noticeOf } from './subscribers.ts'
import { MASK, openSecrets, parseTargets } from './targets.ts'

const core = { secrets: openInstallation('a secret key of thirty-two characters') } as never
const parse = (input: Record<string, unknown>, before: Target[] = []) =>
  parseTargets(core, [{ type: 'http', address: 'https://hooks.example/a', ...input }], before)[0]!
const refused = (input: Record<string, unknown>, before: Target[] = []) =>
  expect(() => parse(input, before), JSON.stringify(input)).toThrow(
    expect.objectContaining({ code: 'BAD_REQUEST' }),
  )

describe('the time between attempts', () => {
  it('grows to an hour, with up to a third less by chance', () => {
    const fullMs = [5, 15, 45, 135, 405, 1_215, 3_600, 3_600].map((seconds) => seconds * 1_000)
    fullMs.forEach((ms, index) => {
      expect(delayAfter(index + 1, 0)).toBe(ms)
      expect(delayAfter(index + 1, 1)).toBe(Math.round((ms * 2) / 3))
    })
    expect(delayAfter(500, 0)).toBe(3_600_000)
  })

  it('is what the target asks for when that is longer, and never more than a day', () => {
    const now = Date.parse('2026-11-21T12:00:00Z')
    expect(readRetryAfter('120', now)).toBe(120_000)
    expect(readRetryAfter('Sat, 21 Nov 2026 12:01:00 GMT', now)).toBe(60_000)
    for (const nothing of [undefined, '', 'soon', '-5', '1e9', 'Sat, 21 Nov 2020 12:00:00 GMT'])
      expect(readRetryAfter(nothing, now)).toBe(0)
    expect(delayAfter(1, 0, 120_000)).toBe(120_000)
    expect(delayAfter(1, 0, 1_000)).toBe(5_000)
    expect(delayAfter(1, 0, 999_999_999_999)).toBe(24 * 3_600_000)
  })
})

describe('a target', () => {
  it('has an http or https address without credentials', () => {
    expect(parse({}).address).toBe('https://hooks.example/a')
    for (const address of ['', 'ftp://a', 'file:///etc/passwd', 'https://u:p@a/', 'javascript:1', undefined])
      refused({ address })
  })

  it('sets no header that belongs to the connection, to Berth or to the body', () => {
    const names = `Host Content-Length content-type Transfer-Encoding Connection Keep-Alive TE Trailer Upgrade Expect
      Authorization Proxy-Authorization Cookie Berth-Signature berth-webhook-id ce-id X-Forwarded-For Forwarded`
    for (const name of names.split(/\s+/)) refused({ headers: { [name]: 'x' } })
    for (const name of ['', 'a b', 'a:b', 'a\r\nb', 'ä']) refused({ headers: { [name]: 'x' } })
    for (const value of ['a\r\nb: c', 'ä', '\0', 'x'.repeat(1_025)]) {
      refused({ headers: { 'x-a': value } })
      refused({ authHeader: value })
    }
    refused({ headers: { 'x-a': '1', 'X-A': '2' } })
    refused({ headers: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`x-${n}`, ''])) })
    expect(openSecrets(core, parse({ headers: { 'X-Team': 'web' } })).headers).toEqual({ 'x-team': 'web' })
  })

  it('keeps what is masked, and takes it along to no other host', () => {
    const before = [parse({ authHeader: 'Bearer one', headers: { 'x-a': 'two' } })]
    const masked = { authHeader: MASK, headers: { 'x-a': MASK } }
    expect(openSecrets(core, parse({ ...masked, address: 'https://hooks.example/b' }, before))).toEqual({
      authHeader: 'Bearer one',
      headers: { 'x-a': 'two' },
    })
    for (const address of [
      'https://evil.example/a',
      'http://hooks.example/a',
      'https://hooks.example:444/a',
    ]) {
      refused({ ...masked, address }, before)
      refused({ authHeader: MASK, address }, before)
      refused({ headers: { 'x-a': MASK }, address }, before)
    }
    refused({ ...masked, skipCertVerify: true }, before)
    refused(masked)
    refused({ headers: { 'x-b': MASK } }, before)
  })
})

describe('the targets of a changed webhook', () => {
  const at = (address: string, type = 'http') => ({ type, address: `https://${address}` })
  const change = (given: ReturnType<typeof at>[], before: Target[]) => parseTargets(core, given, before)

  it('are known by where they lead, wherever they stand, and keep what is masked', () => {
    const [one, two] = change(
      [{ ...at('a.example/1'), authHeader: 'Bearer one' } as never, at('b.example/2')],
      [],
    )
    expect(one!.id).not.toBe(two!.id)
    const turned = change(
      [at('b.example/2'), { ...at('a.example/1'), authHeader: MASK } as never],
      [one!, two!],
    )
    expect(turned.map(({ id }) => id)).toEqual([two!.id, one!.id])
    expect(openSecrets(core, turned[1]!).authHeader).toBe('Bearer one')
    expect(change([at('b.example/2')], [one!, two!]).map(({ id }) => id)).toEqual([two!.id])
  })

  it('are others on another host or of another type, and the same under another path', () => {
    const before = change([at('a.example/1'), at('b.example/2')], [])
    const [moved, other] = change([at('a.example/new'), at('c.example/2')], before)
    expect(moved!.id).toBe(before[0]!.id)
    expect(before.map(({ id }) => id)).not.toContain(other!.id)
    expect(change([at('a.example/1', 'slack')], before)[0]!.id).not.toBe(before[0]!.id)
    const twice = change([at('a.example/1'), at('a.example/1')], before)
    expect(twice[0]!.id).toBe(before[0]!.id)
    expect(twice[1]!.id).not.toBe(before[0]!.id)
  })
})

describe('a deleted artifact', () => {
  const deleted = (tags: string[]) =>
    noticeOf({
      id: 1,
      at: new Date(),
      type: 'artifact.deleted',
      projectId: 1,
      subject: 'team/app',
      actorKind: 'user',
      actorId: 1,
      actorName: 'ann',
      requestId: '',
      payload: { repository: 'team/app', digest: 'sha256:ab', tag: null, tags, public: false },
    })!
  const wanted = (tags: string[], tagFilter: string) =>
    isWanted(
      { enabled: true, eventTypes: ['DELETE_ARTIFACT'], repositoryFilter: '', tagFilter },
      deleted(tags),
    )

  it('is told of with each of its tags, and the filter looks at all of them', () => {
    expect(deleted(['v1', 'latest']).resources).toEqual([
      { digest: 'sha256:ab', tag: 'v1' },
      { digest: 'sha256:ab', tag: 'latest' },
    ])
    expect(wanted(['latest', 'v1'], 'v*')).toBe(true)
    expect(wanted(['latest'], 'v*')).toBe(false)
    expect(deleted([]).resources).toEqual([{ digest: 'sha256:ab', tag: 'sha256:ab' }])
    expect(wanted([], '**a*')).toBe(false)
  })

  it('with very many tags still has a body that can be kept', () => {
    const tags = Array.from({ length: 2_000 }, (_, n) => `${n}`.padEnd(128, 't'))
    const envelope = { id: 'x', policyId: 1, host: 'registry.example' }
    expect(wanted(tags, '1999*')).toBe(true)
    for (const payloadFormat of ['Default', 'CloudEvents'] as const)
      expect(bodyFor({ type: 'http', payloadFormat }, deleted(tags), envelope).length).toBeLessThan(60_000)
  })
})

it('an answer is shown without what may be secret, and not more of it than 4 KiB', () => {
  const shown = redact(
    {
      headers: {
        'set-cookie': ['a=1', 'b=2'],
        'x-api-key': 'k',
        'www-authenticate': 'Basic',
        server: 'x Bearer s3cr3ts3cr3t',
        long: 'y'.repeat(1_000),
        missing: undefined,
      },
      body: Buffer.from(`${'a'.repeat(4_090)}s3cr3ts3cr3t and more`),
    },
    ['Bearer s3cr3ts3cr3t', 'short', ''],
  )
  expect(shown.headers).toEqual({
    'set-cookie': '***',
    'x-api-key': '***',
    'www-authenticate': '***',
    server: 'x ***',
    long: 'y'.repeat(256),
  })
  expect(shown.body).toBe(`${'a'.repeat(4_090)}*** an`)
  expect(redact({ headers: {}, body: Buffer.from([0xff, 0xfe, 0, 65]) }, []).body).toBe('\ufffd\ufffdA')
})

it('types of events are those of Harbor, each once and in one order; filters are globs', () => {
  expect(parseEventTypes(['QUOTA_EXCEED', 'PUSH_ARTIFACT', 'PUSH_ARTIFACT', 'TAG_RETENTION'])).toEqual([
    'PUSH_ARTIFACT',
    'QUOTA_EXCEED',
    'TAG_RETENTION',
  ])
  for (const types of [[], ['push'], ['PUSH_ARTIFACT', '']]) expect(() => parseEventTypes(types)).toThrow()
  expect(parseFilter('tag_filter', ' ** ')).toBe('')
  expect(parseFilter('tag_filter', 'v{1,2}.*')).toBe('v{1,2}.*')
  for (const pattern of ['[', '*'.repeat(2).padEnd(300, 'a'), 'a\u0001b'])
    expect(() => parseFilter('tag_filter', pattern)).toThrow()
})

it('a signature depends on secret, time, id and body', () => {
  const one = signatureOf(['s'], 1, 'id', 'body')
  expect(one).toMatch(/^t=1,v1=[0-9a-f]{64}$/)
  const others = [
    signatureOf(['t'], 1, 'id', 'body'),
    signatureOf(['s'], 2, 'id', 'body'),
    signatureOf(['s'], 1, 'ie', 'body'),
    signatureOf(['s'], 1, 'id', 'bodz'),
  ].map((text) => text.slice(text.indexOf('v1=')))
  expect(new Set([one.slice(4), ...others]).size).toBe(5)
  expect(signatureOf(['s', 't'], 1, 'id', 'body')).toBe(`${one},${others[0]}`)
})
