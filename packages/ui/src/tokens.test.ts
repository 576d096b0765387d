import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')

function valuesAfter(selector: string): Record<string, string> {
  const block = css.slice(css.indexOf(selector)).match(/\{([^}]*)\}/)?.[1] ?? ''
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, value]),
  )
}

/** Relative luminance, WCAG 2.2 section "relative luminance". */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one = '', other = ''): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

const light = valuesAfter(':root {')
const dark = valuesAfter(':root[data-theme="dark"]')

describe.each([
  ['light', light],
  ['dark', dark],
])('%s theme', (_, theme) => {
  const surfaces = ['canvas', 'surface', 'raised', 'sunken', 'hover']
  it.each(['ink', 'ink-2', 'ink-3'])('%s can be read on every surface', (text) => {
    for (const surface of surfaces) expect(contrast(theme[text], theme[surface])).toBeGreaterThanOrEqual(4.5)
  })
  it.each(['accent', 'good', 'warn', 'bad'])(
    '%s can be read on its soft ground and on the surface',
    (tone) => {
      for (const ground of [`${tone}-soft`, 'surface', 'canvas'])
        expect(contrast(theme[tone], theme[ground])).toBeGreaterThanOrEqual(4.5)
    },
  )
  it('ink-2 can be read on every soft ground', () => {
    for (const tone of ['accent', 'good', 'warn', 'bad'])
      expect(contrast(theme['ink-2'], theme[`${tone}-soft`])).toBeGreaterThanOrEqual(4.5)
  })
  it('buttons can be read, also under the pointer', () => {
    for (const [text, ground] of [
      ['on-accent', 'accent'],
      ['on-accent', 'accent-hover'],
      ['on-bad', 'bad'],
      ['on-bad', 'bad-hover'],
    ] as const)
      expect(contrast(theme[text], theme[ground])).toBeGreaterThanOrEqual(4.5)
  })
  it('the edge of a control can be seen', () => {
    for (const ground of ['surface', 'canvas', 'raised'])
      expect(contrast(theme.control, theme[ground])).toBeGreaterThanOrEqual(3)
  })
})

it('both themes define the same tokens', () => {
  expect(Object.keys(dark).sort()).toEqual(Object.keys(light).sort())
})

it('the dark values by system and by choice are the same', () => {
  expect(valuesAfter(':root:not([data-theme="light"])')).toEqual(dark)
})
