import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { auditFormats, cell, toRecord } from './audit-export.ts'

const line = {
  id: 7,
  at: new Date('2026-05-01T10:00:00.123Z'),
  actorKind: 'user',
  actorId: 3,
  actorName: '=cmd|calc',
  credential: 'password',
  address: '192.0.2.1',
  userAgent: 'a "quoted", one',
  requestId: '',
  action: 'login',
  resourceType: 'user',
  resource: 'two\r\nlines',
  projectId: null,
  result: 'refused',
  times: 1,
  detail: { ä: '\u2028' },
  position: 7,
  hash: 'f'.repeat(64),
  seal: 'secret',
} as const

/** A reader of RFC 4180 that knows nothing of how it was written. */
function parse(text: string): string[][] {
  const rows: string[][] = [['']]
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const row = rows.at(-1)!
    const last = row.length - 1
    if (quoted) {
      if (text[at] !== '"') row[last] = row[last]! + text[at]
      else if (text[at + 1] === '"') row[last] = row[last]! + text[++at]
      else quoted = false
    } else if (text[at] === '"') quoted = true
    else if (text[at] === ',') row.push('')
    else if (text.startsWith('\r\n', at)) {
      rows.push([''])
      at += 1
    } else row[last] = row[last]! + text[at]
  }
  return rows.slice(0, -1)
}

describe('CSV', () => {
  it('gives every column under its name, and nothing that a spreadsheet would run', () => {
    const { head, write } = auditFormats.csv
    const [names, values] = parse(head + write({ ...line }))
    const read = Object.fromEntries(names!.map((name, index) => [name, values![index]]))
    expect(read).toMatchObject({
      id: '7',
      at: '2026-05-01T10:00:00.123Z',
      actor_name: "'=cmd|calc",
      user_agent: 'a "quoted", one',
      resource: 'two\r\nlines',
      project_id: '',
      detail: JSON.stringify(line.detail),
    })
    expect(values).toHaveLength(names!.length)
    expect(names!.toSorted()).toEqual(Object.keys(toRecord({ ...line })).toSorted())
    expect(values).not.toContain('secret')
  })

  it.each(['=1', '+1', '-1', '@a', '\tx', '\rx', '\nx', '＝1'])('does not begin a cell with %j', (text) => {
    expect(parse(`${cell(text)}\r\n`)).toEqual([[`'${text}`]])
  })

  it('comes back as it was, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }), (texts) => {
        const [row] = parse(`${texts.map(cell).join(',')}\r\n`)
        const bare = (text: string) => text.replaceAll("'", '')
        expect(row!.map(bare)).toEqual(texts.map(bare))
      }),
    )
  })

  it.each([
    ['x;=HYPERLINK("http://evil.test")', `"x;'=HYPERLINK(""http://evil.test"")"`],
    ['x;"=1+1"', `"x;'""=1+1"""`],
    ['x; @a;b', `"x;' @a;b"`],
    ['x\t+1', `"x\t'+1"`],
    ['a;b', '"a;b"'],
  ])('begins no cell with a formula where columns part at other signs: %j', (text, written) => {
    expect(cell(text)).toBe(written)
  })
})

it('JSON lines hold one object in each line, whatever is in it', () => {
  const text = auditFormats.jsonl.write({ ...line })
  expect(text.match(/\n/g)).toHaveLength(1)
  expect(JSON.parse(text)).toMatchObject({ id: 7, resource: 'two\r\nlines', detail: line.detail })
})
