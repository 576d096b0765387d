import { ApiError } from '@berth/contract'
import { expect, test } from 'vitest'
import { nameClash } from './name-clash.ts'

const conflict = new ApiError(409, [])

test('a name is taken as long as it is the one that was refused', () => {
  expect(nameClash(conflict, 'deploy', ' deploy ')).toEqual({ clashes: true, taken: true })
  expect(nameClash(conflict, 'deploy', 'deploy-2')).toEqual({ clashes: true, taken: false })
})

test('what was refused for another reason, or not at all, is about no name', () => {
  const none = { clashes: false, taken: false }
  expect(nameClash(new ApiError(400, []), 'deploy', 'deploy')).toEqual(none)
  expect(nameClash(null, 'deploy', 'deploy')).toEqual(none)
})
