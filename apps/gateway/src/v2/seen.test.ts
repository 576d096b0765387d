import { randomUUID } from 'node:crypto'
import { withOrigin } from '@berth/core'
import { ANONYMOUS, SYSTEM } from '@berth/core/authorization'
import { expect, it } from 'vitest'
import { seenBy } from './seen.ts'

it('takes what the request says from whoever may push, and nothing from nobody', () => {
  const origin = { address: '', userAgent: '', requestId: '', seen: [randomUUID()] }
  expect(withOrigin(origin, () => seenBy(SYSTEM))).toEqual(origin.seen)
  expect(withOrigin(origin, () => seenBy(ANONYMOUS))).toEqual([])
  expect(seenBy(SYSTEM)).toEqual([])
})
