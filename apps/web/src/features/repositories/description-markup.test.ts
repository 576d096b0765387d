import { describe, expect, test } from 'vitest'
import { headingLevels, parseDescription, parseInline } from './description-markup.ts'

describe('what a description may look like', () => {
  test('headings, paragraphs, lists, code and lines', () => {
    const source =
      '# Shop\nThe **web** part.\n\n- one\n- two `x`\n  more\n\n1. first\n\n```sh\nmake\n# not a heading\n```\n---\n'
    expect(parseDescription(source)).toEqual([
      { kind: 'heading', level: 1, inlines: [{ kind: 'text', text: 'Shop' }] },
      {
        kind: 'paragraph',
        inlines: [
          { kind: 'text', text: 'The ' },
          { kind: 'strong', text: 'web' },
          { kind: 'text', text: ' part.' },
        ],
      },
      {
        kind: 'list',
        ordered: false,
        items: [
          [{ kind: 'text', text: 'one' }],
          [
            { kind: 'text', text: 'two ' },
            { kind: 'code', text: 'x' },
            { kind: 'text', text: '\nmore' },
          ],
        ],
      },
      { kind: 'list', ordered: true, items: [[{ kind: 'text', text: 'first' }]] },
      { kind: 'code', text: 'make\n# not a heading' },
      { kind: 'line' },
    ])
  })
  test('links to the web and to mail', () => {
    expect(parseInline('see [docs](https://example.com/a) or https://example.com/b.')).toEqual([
      { kind: 'text', text: 'see ' },
      { kind: 'link', text: 'docs', href: 'https://example.com/a' },
      { kind: 'text', text: ' or ' },
      { kind: 'link', text: 'https://example.com/b', href: 'https://example.com/b' },
      { kind: 'text', text: '.' },
    ])
    expect(parseInline('[me](mailto:a@example.com)')).toEqual([
      { kind: 'link', text: 'me', href: 'mailto:a@example.com' },
    ])
  })
  test('a fence that is never closed ends with the text', () => {
    expect(parseDescription('```\nopen')).toEqual([{ kind: 'code', text: 'open' }])
  })
})

describe('what a description cannot do (CVE-2025-32019)', () => {
  test.each([
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert%281%29)',
    '[x](data:text/html;base64,PHNjcmlwdD4=)',
    '[x](vbscript:msgbox)',
    '[x](//evil.example.com)',
    '[x](/logout)',
    '[x](java\tscript:alert)',
  ])('%s stays text', (source) => {
    expect(parseInline(source).some(({ kind }) => kind === 'link')).toBe(false)
    expect(
      parseInline(source)
        .map(({ text }) => text)
        .join(''),
    ).toBe(source)
  })
  test('HTML stays text, letter by letter', () => {
    const html = '<img src=x onerror=alert(1)> <script>alert(1)</script>'
    expect(parseDescription(html)).toEqual([{ kind: 'paragraph', inlines: [{ kind: 'text', text: html }] }])
  })
  test('an address with quotes cannot leave its attribute', () => {
    for (const inline of parseInline('https://example.com/"onmouseover="alert(1)')) {
      if (inline.kind === 'link') expect(inline.href).not.toMatch(/["<>]/)
    }
  })
  test('64 KiB made to be slow are read in a moment', () => {
    for (const evil of ['*', '**a', '[', '[a](', '`', '- ', '# ', '\n', 'https://']) {
      const before = process.threadCpuUsage()
      parseDescription(evil.repeat(65_536 / evil.length))
      // Of the processor, in microseconds: that others are at work makes it no more.
      expect(process.threadCpuUsage(before).user).toBeLessThan(2_000_000)
    }
  })
})

test('headings fit below those of the page and skip no level', () => {
  const levels = (source: string) => headingLevels(parseDescription(source), 2)
  expect(levels('## a\n#### b\n## c\n# d')).toEqual([3, 4, 3, 3])
  expect(levels('# a\n## b\n### c\n#### d\n##### e')).toEqual([3, 4, 5, 6, 6])
})
