import { beforeEach, expect, it } from 'vitest'
import { type Core, TtlCache } from '../context/index.ts'
import { takeRegistrationPlace } from './registration.ts'

let nowMs: number
let core: Core
beforeEach(() => {
  nowMs = 1_000_000
  const caches = new Map<string, TtlCache<unknown>>()
  core = {
    now: () => nowMs,
    cache(name: string, ttlMs: number, most: number) {
      if (!caches.has(name)) caches.set(name, new TtlCache(ttlMs, most, () => nowMs))
      return caches.get(name)
    },
  } as unknown as Core
})
const network = (n: number) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`
const refused = expect.objectContaining({ code: 'TOO_MANY_REQUEST' })

it('counts accounts made from everywhere, however many networks come after', () => {
  for (let n = 0; n < 500; n++) takeRegistrationPlace(core, network(n))
  for (let n = 500; n < 11_000; n++) expect(() => takeRegistrationPlace(core, network(n))).toThrow(refused)
  nowMs += 60 * 60_000
  takeRegistrationPlace(core, network(1))
})

it('does not close for everybody by tries that make no account, from however many networks', () => {
  for (let n = 0; n < 1_000; n++) {
    for (let i = 0; i < 10; i++) takeRegistrationPlace(core, network(n)).taken()
    for (let i = 0; i < 10; i++) takeRegistrationPlace(core, network(n)).giveBack()
  }
  takeRegistrationPlace(core, network(2_000))
})

it('takes thirty taken names and sixty accounts of a network, counted apart', () => {
  for (let i = 0; i < 30; i++) takeRegistrationPlace(core, network(1)).taken()
  expect(() => takeRegistrationPlace(core, network(1))).toThrow(refused)
  for (let i = 0; i < 60; i++) takeRegistrationPlace(core, network(2))
  expect(() => takeRegistrationPlace(core, network(2))).toThrow(refused)
  takeRegistrationPlace(core, network(3))
})
