import { expect, it } from 'vitest'
import { isLocale, matchLocale } from './locales.ts'

it.each([
  ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN'],
  ['zh', 'zh-CN'],
  ['zh-Hans-SG', 'zh-CN'],
  ['en-GB', 'en'],
  ['fr, zh;q=0.5, en;q=0.4', 'zh-CN'],
  ['en;q=0.1, zh;q=0.9', 'zh-CN'],
  ['zh;q=0, en', 'en'],
  ['fr', 'en'],
  ['*', 'en'],
  ['', 'en'],
  [';;;,,q=', 'en'],
  [null, 'en'],
] as const)('%j asks for %s', (header, locale) => {
  expect(matchLocale(header)).toBe(locale)
})

it('only our languages are languages', () => {
  expect(isLocale('zh-CN')).toBe(true)
  expect(isLocale('../../etc')).toBe(false)
  expect(isLocale(undefined)).toBe(false)
})
