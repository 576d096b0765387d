import { describe, expect, it } from 'vitest'
import { extraAttrs, readConfig } from './image-config.ts'
import { fitting, plainJson } from './plain-json.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

describe('plain JSON', () => {
  it('has no NUL, no half of a surrogate pair, no endless number', () => {
    expect(plainJson({ 'k\0': ['\udc00', Number.POSITIVE_INFINITY, undefined, 1.5, true, null] })).toEqual({
      k: ['\ufffd', null, null, 1.5, true, null],
    })
  })

  it('ends at a depth that every database takes', () => {
    let deep: unknown = 'bottom'
    for (let n = 0; n < 10_000; n++) deep = { deep }
    expect(JSON.stringify(plainJson(deep)).match(/deep/g)?.length).toBeLessThan(32)
  })

  it('leaves prototypes alone', () => {
    const plain = plainJson(JSON.parse('{"__proto__":{"polluted":true},"constructor":1}')) as object
    expect(Object.getPrototypeOf(plain)).toBe(Object.prototype)
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  it('keeps what fits, in its order, and leaves out what does not', () => {
    expect(fitting({ a: 'x'.repeat(50), b: 'y'.repeat(200), c: 'z' }, 100)).toEqual({
      a: 'x'.repeat(50),
      c: 'z',
    })
    expect(Buffer.byteLength(JSON.stringify(fitting({ a: '漢'.repeat(40), b: 1 }, 100)))).toBeLessThan(100)
  })
})

describe('a config', () => {
  it('is read only when it is a JSON object', () => {
    for (const text of ['', '[]', '"x"', 'null', '{', '\ufffe'])
      expect(readConfig(bytes(text)), text).toBeUndefined()
    expect(readConfig(Uint8Array.of(0x22, 0xff, 0x22))).toBeUndefined()
    expect(readConfig(bytes('{"os":"linux"}'))).toEqual({ os: 'linux' })
  })

  it('of an image gives five facts, of a chart all of its fields', () => {
    const config = { os: 'linux', architecture: 1, history: [], config: 'odd', rootfs: {} }
    expect(extraAttrs(config, 'application/vnd.oci.image.config.v1+json')).toEqual({
      architecture: '',
      os: 'linux',
      created: '',
      author: '',
      config: {},
    })
    expect(extraAttrs({ name: 'web', keywords: ['a'] }, 'application/vnd.cncf.helm.config.v1+json')).toEqual({
      name: 'web',
      keywords: ['a'],
    })
  })
})
