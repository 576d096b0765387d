import { expect, it } from 'vitest'
import { changed, completed, expiryDue, languages, type NoticeKind, noticeKinds } from './model.ts'
import { mailText } from './texts.ts'

const DAY_MS = 86_400_000
const kinds = Object.keys(noticeKinds) as NoticeKind[]
const facts = {
  project: 'team',
  name: 'robot$team+ci',
  usedBytes: 1_610_612_736,
  limitBytes: 2_147_483_648,
  expiresAt: '2026-12-01T09:30:00.000Z',
  days: 7,
}

it.each(languages)('every kind has a mail in %s, with the link and what is needed to know', (language) => {
  for (const kind of kinds) {
    const { subject, text } = mailText(kind, facts, { language, externalUrl: 'https://berth.example' })
    expect(subject.length, kind).toBeGreaterThan(5)
    expect(`${subject}${text}`, kind).not.toMatch(/undefined|NaN|\[object/)
    expect(text, kind).toContain('https://berth.example/')
    if (noticeKinds[kind] === 'project') expect(text).toContain('team')
  }
  const { text } = mailText('quota_warning', facts, { language, externalUrl: 'https://berth.example' })
  expect(text).toContain('1.5 GiB')
  expect(text).toContain('2.0 GiB')
})

it.each(languages)('the mail of a run that failed leads to that run, in %s', (language) => {
  const failure = { name: 'nightly', tasks: 1, policyId: 7, executionId: 4_200 }
  const { text } = mailText('replication_failed', failure, { language, externalUrl: 'https://berth.example' })
  expect(text).toContain('https://berth.example/replications/7/executions/4200\n')
})

it('names stay text on one line, whatever they hold', () => {
  const name = 'a\r\nBcc: everybody@example.com\r\n\r\n<script>alert(1)</script>\u2028x'
  const { subject, text } = mailText(
    'access_token_expiring',
    { ...facts, name },
    { language: 'en', externalUrl: 'https://berth.example' },
  )
  expect(subject).not.toMatch(/[\r\n]/)
  expect(text.split('\n')[0]).toContain('a Bcc: everybody@example.com <script>alert(1)</script> x')
})

it('a week and a day before the end are news, unless it was made for no longer', () => {
  const made = new Date('2026-01-01T00:00:00Z')
  const due = (lastsDays: number, leftDays: number) => {
    const end = made.getTime() + lastsDays * DAY_MS
    return expiryDue(end - leftDays * DAY_MS, made, new Date(end))
  }
  expect([due(30, 8), due(30, 7), due(30, 1.01), due(30, 1), due(30, 0.01), due(30, 0)]).toEqual([
    undefined,
    7,
    7,
    1,
    1,
    undefined,
  ])
  expect([due(7, 5), due(7, 1), due(8, 7), due(1, 0.5)]).toEqual([undefined, 1, 7, undefined])
})

it('what is not set is followed in the inbox and not by mail; what is sent changes only that', () => {
  const first = completed(null, null)
  expect(first.language).toBe('en')
  expect(new Set(Object.values(first.kinds).map(({ inbox, mail }) => `${inbox} ${mail}`))).toEqual(
    new Set(['true false']),
  )
  const next = changed(first, { kinds: { quota_warning: { mail: true } }, language: 'zh-CN' })
  expect(next.kinds.quota_warning).toEqual({ inbox: true, mail: true })
  expect(next.kinds.quota_exceeded).toEqual({ inbox: true, mail: false })
  expect(completed(JSON.parse(JSON.stringify(next.kinds)), next.language)).toEqual(next)
  for (const wrong of [{ kinds: { constructor: { mail: true } } }, { language: 'fr' }])
    expect(() => changed(first, wrong)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }))
})
