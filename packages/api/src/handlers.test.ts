import { readdirSync, readFileSync } from 'node:fs'
import { operations } from '@berth/contract'
import { expect, it } from 'vitest'
import { handlers } from './handlers.ts'

it('has a handler for every operation of the contract, and no other', () => {
  expect(Object.keys(handlers).sort()).toEqual(Object.keys(operations).sort())
})

it('keeps every handler under 25 lines', () => {
  const folder = new URL('.', import.meta.url)
  for (const file of readdirSync(folder).filter((name) => /^[a-z-]+\.ts$/.test(name))) {
    const text = readFileSync(new URL(file, folder), 'utf8')
    for (const [handler, name] of text.matchAll(/^ {2}async (\w+)\([\s\S]*?\n {2}\},?$/gm))
      expect(handler.split('\n').length, `${name} in ${file}`).toBeLessThan(25)
  }
})
