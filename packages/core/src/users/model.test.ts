import { describe, expect, it } from 'vitest'
import { parseProfile, parseUsername } from './model.ts'

const refused = expect.objectContaining({ code: 'BAD_REQUEST' })

describe('parseUsername', () => {
  it.each(['a', 'Jane Doe', 'jane.doe@example.com', '王小明', 'x'.repeat(255)])('accepts %s', (name) => {
    expect(parseUsername(name)).toBe(name)
  })
  it.each([
    '',
    'a,b',
    'a"b',
    'a~b',
    'a#b',
    'a%b',
    'robot$x',
    'a:b',
    'x'.repeat(256),
    ' a',
    'a ',
    'a\nb',
    'a\0b',
    's\ud8003',
    '\udc00',
    'adm\u200bin',
    '\u202enimda',
    undefined,
    7,
    {},
  ])('refuses %j', (name) => {
    expect(() => parseUsername(name)).toThrow(refused)
  })
})

describe('parseProfile', () => {
  it('keeps absent parts absent', () => {
    expect(parseProfile({ realname: 'Zoë' })).toEqual({ realname: 'Zoë' })
  })
  it.each([
    { email: 'nobody' },
    { email: 'a@b, c@d' },
    { email: `${'a'.repeat(251)}@b.cd` },
    // Two letters each once it is compared.
    { email: `${'\u0130'.repeat(200)}@b.cd` },
    { realname: 'x'.repeat(256) },
    { comment: 'x'.repeat(256) },
    { comment: 'a\0' },
    { comment: 'half \ud800' },
    { realname: 'half \ud800' },
    { email: 'half\udc00@example.com' },
  ])('refuses %j', (profile) => {
    expect(() => parseProfile(profile)).toThrow(refused)
  })
  it('takes nothing else over: a profile makes no administrator', () => {
    const hostile = { realname: 'x', sysadmin: true, sysadmin_flag: true, passwordHash: 'x', id: 1 }
    expect(parseProfile(hostile)).toEqual({ realname: 'x' })
  })
})
