import { describe, expect, test } from 'vitest'
import { compileGlob, compileLongGlob, GlobError, MAX_GLOB_LENGTH, MAX_GLOB_STARS } from './index.ts'

const matches = (pattern: string, text: string) => compileGlob(pattern).matches(text)

describe('a pattern fits', () => {
  test.each([
    ['latest', 'latest', 'Latest latest1 1latest'],
    ['v*', 'v v1 v1.2.3', '1v x/v'],
    ['*', 'a a.b', 'a/b'],
    ['**', 'a a/b a/b/c', ''],
    ['v?', 'v1 vx', 'v v12 v/'],
    ['a/*', 'a/b', 'a a/b/c b/a/b'],
    ['a/**', 'a/b a/b/c', 'a ab/c'],
    ['**/c', 'c a/c a/b/c', 'ac a/bc'],
    ['a/**/c', 'a/c a/b/c a/b/b/c', 'ac a/bc ab/c'],
    ['**/a/**', 'a/b x/a/b/c', 'a x/a'],
    ['a**', 'a ab', 'a/b'],
    ['{release,v}-*', 'release-1 v-2', 'x-1 release'],
    ['v{1,2{a,b},}', 'v1 v2a v2b v', 'v2 v3'],
    ['{a,b/**}', 'a b/c b/c/d', 'b a/c'],
    ['{a/,}b', 'a/b b', 'c/b'],
    ['[abc]1', 'a1 c1', 'd1 1'],
    ['[a-c0]', 'b 0', 'd -'],
    ['[^a-c]', 'd -', 'a b /'],
    ['[!a]x', 'bx', 'ax'],
    ['[a-]', 'a -', 'b'],
    ['[\\]]', ']', '\\'],
    ['{[,],x}', ', x', '['],
    ['\\*', '*', 'a \\*'],
    ['\\{a,b\\}', '{a,b}', 'a b'],
    ['a}b,c', 'a}b,c', 'a'],
    ['ü?', 'ü😀 üx', 'u1'],
    ['.*', '.a .', 'a a.'],
    ['a+(b)$^|', 'a+(b)$^|', 'aab'],
  ])('%s', (pattern, fits, fails) => {
    const wrong = [
      ...fits.split(' ').filter((text) => !matches(pattern, text)),
      ...fails.split(' ').filter((text) => text !== '' && matches(pattern, text)),
    ]
    expect(wrong).toEqual([])
  })
})

test.each(['', '[', '[]', '[a', '[^]', '[z-a]', '{a', '{a,b', 'a\\', '[\\', '{[}', 'a\0', 'a\n', '\ud800'])(
  '%j is no pattern',
  (pattern) => {
    expect(() => compileGlob(pattern)).toThrow(GlobError)
  },
)

test('a pattern has a longest length and a number of stars', () => {
  expect(matches('a'.repeat(MAX_GLOB_LENGTH), 'a'.repeat(MAX_GLOB_LENGTH))).toBe(true)
  expect(() => compileGlob('a'.repeat(MAX_GLOB_LENGTH + 1))).toThrow(GlobError)
  expect(matches('*a'.repeat(MAX_GLOB_STARS), 'a'.repeat(MAX_GLOB_STARS))).toBe(true)
  expect(() => compileGlob('a*'.repeat(MAX_GLOB_STARS + 1))).toThrow(GlobError)
  // A run of stars counts as one.
  expect(matches('*'.repeat(MAX_GLOB_STARS + 1), 'a')).toBe(true)
})

test('many words to choose from are a pattern; choices that multiply what each character costs are none', () => {
  const words = Array.from({ length: 60 }, (_, n) => `v${n}`).join(',')
  expect(matches(`{${words}}-{amd64,arm64}`, 'v59-arm64')).toBe(true)
  expect(() => compileGlob(`${'{a,}'.repeat(62)}b`)).toThrow(GlobError)
  expect(() => compileGlob(`{${'*{a,a}'.repeat(16)}}${'{a,}'.repeat(38)}b0`)).toThrow(GlobError)
})

describe('a long pattern', () => {
  const fits = (pattern: string, text: string) => compileLongGlob(pattern).matches(text)
  const many = (count: number, make: (n: number) => string) =>
    Array.from({ length: count }, (_, n) => make(n)).join()

  test.each([
    ['has its limits for each alternative', `{${many(17, (n) => `p${n}/**`)}}`, 'p16/a/b', 'p17/a'],
    [
      'may have something on both sides of its braces',
      `a-{${many(90, (n) => `${n}*`)}}-z`,
      'a-89b-z',
      'a-x-z',
    ],
    [
      'may have several braces',
      `{${many(10, (n) => `a${n}*`)}}/{${many(10, (n) => `*b${n}`)}}`,
      'a9/b9',
      'a9/c',
    ],
    ['may have braces within', `{a/{${many(40, (n) => `x${n}*`)}},b/**}`, 'a/x39', 'a/y'],
    [
      'takes braces in a class or behind a backslash for characters',
      `[{]\\{{${many(60, (n) => `${n}a*`)}}`,
      '{{59a',
      '{a59a',
    ],
    ['that is short is as any other', 'v{1,2}*', 'v2x', 'v3'],
  ])('%s', (_, pattern, yes, no) => {
    expect([fits(pattern, yes), fits(pattern, no)]).toEqual([true, false])
  })

  test.each([
    [/at most 4096 characters/, 'a'.repeat(4_097)],
    [/at most 255 characters/, `{${'a'.repeat(256)},b}`],
    [/at most 255 characters/, 'a'.repeat(256)],
    [/at most 16 stars/, `{a,${'a*'.repeat(17)}}`],
    [/must not be empty/, ''],
    [/needs a \}/, `{${many(300, String)}`],
    [/control characters/, `{${many(300, String)},\0}`],
    // Doubled with each pair of braces.
    [/choices/, `${'{a,b}'.repeat(20)}{${many(17, (n) => `${n}*`)}}`],
    [/choices/, `${'x'.repeat(240)}{${many(300, String)}}`],
  ])('is none beyond them: %s', (words, pattern) => {
    expect(() => compileLongGlob(pattern)).toThrow(GlobError)
    expect(() => compileLongGlob(pattern)).toThrow(words)
  })
})

// Each of them keeps a backtracking matcher, or one that expands braces, busy for longer than anybody waits.
test.each([
  ['*a'.repeat(16), `${'a'.repeat(255)}b`],
  [`${'*a'.repeat(15)}*b`, 'a'.repeat(255)],
  [`${'**/'.repeat(16)}b`, 'a/'.repeat(127)],
  [`${'{a,b}'.repeat(50)}c`, 'ab'.repeat(100)],
  [`${'{*,*}'.repeat(8)}`, `${'a'.repeat(254)}/`],
  [`${'{'.repeat(120)}a${'}'.repeat(120)}`, 'b'],
  [`${'{a,'.repeat(50)}b${'}'.repeat(50)}`, 'c'],
  [`*a${'?'.repeat(200)}`, 'ab'.repeat(120)],
  [`[${'a-z'.repeat(80)}]*`, '1'.repeat(255)],
])('%s is no slower than others', (pattern, text) => {
  expect(matches(pattern, text)).toBe(false)
})

test('random patterns fit exactly what their meaning, written down naively, fits', () => {
  const random = numbers(20261121)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!
  const many = <T>(most: number, make: () => T) =>
    Array.from({ length: 1 + Math.floor(random() * most) }, make)
  const atom = (depth: number): string => {
    if (depth > 0 && random() < 0.2) return `{${many(3, () => atoms(depth - 1)).join(',')}}`
    // No single star: two of them, from different sides of a brace, are a matter of taste.
    return pick(['a', 'b', '*a', '*?', '?*', '?', '[ab]', '[^a]', '***', '\\a'])
  }
  const atoms = (depth: number): string => many(3, () => atom(depth)).join('')
  const part = () => (random() < 0.3 ? '**' : atoms(2))
  let fits = 0
  const wrong: object[] = []
  for (let round = 0; round < 5_000; round++) {
    const pattern = many(4, part).join('/')
    if ((pattern.match(/\*+/g)?.length ?? 0) > MAX_GLOB_STARS) continue
    const glob = compileGlob(pattern)
    for (let n = 0; n < 4; n++) {
      const text = many(4, () => many(3, () => pick(['a', 'b', 'c'])).join('')).join('/')
      const expected = expand(pattern).some((plain) => partsFit(plain.split('/'), text.split('/')))
      if (expected) fits++
      if (glob.matches(text) !== expected) wrong.push({ pattern, text, expected })
    }
  }
  expect(wrong).toEqual([])
  expect(fits).toBeGreaterThan(1_000)
})

test('no text makes anything but a pattern or a GlobError', () => {
  const random = numbers(7)
  const alphabet = [...'ab*?[]{},\\/^!-é😀']
  for (let round = 0; round < 5_000; round++) {
    const text = Array.from(
      { length: Math.floor(random() * 12) },
      () => alphabet[Math.floor(random() * alphabet.length)],
    )
    try {
      compileGlob(text.join('')).matches('ab/ab')
    } catch (error) {
      expect(error).toBeInstanceOf(GlobError)
    }
  }
})

/** The pattern's alternatives, all of them. */
function expand(pattern: string): string[] {
  const open = pattern.indexOf('{')
  if (open < 0) return [pattern]
  let depth = 0
  let from = open + 1
  const parts: string[] = []
  for (let index = open; ; index++) {
    const character = pattern[index]
    if (character === '{') depth++
    if ((character === ',' && depth === 1) || (character === '}' && depth === 1)) {
      parts.push(pattern.slice(from, index))
      from = index + 1
    }
    if (character === '}' && --depth === 0)
      return parts.flatMap((part) => expand(pattern.slice(0, open) + part + pattern.slice(index + 1)))
  }
}

function partsFit([pattern, ...patterns]: string[], texts: string[]): boolean {
  if (pattern === undefined) return texts.length === 0
  if (pattern !== '**') {
    const source = pattern.replace(/\*+/g, '[^/]*').replaceAll('?', '[^/]')
    return texts.length > 0 && new RegExp(`^${source}$`).test(texts[0]!) && partsFit(patterns, texts.slice(1))
  }
  const least = patterns.length === 0 ? 1 : 0
  for (let taken = least; taken <= texts.length; taken++)
    if (partsFit(patterns, texts.slice(taken))) return true
  return false
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
