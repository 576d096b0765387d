import { expect, it } from 'vitest'
import { formatDuration } from './duration.ts'

it('says how long something takes in a unit that fits', () => {
  expect(formatDuration(61, 'en')).toBe('61 seconds')
  expect(formatDuration(601, 'en')).toBe('11 minutes')
  expect(formatDuration(86_400, 'en')).toBe('24 hours')
})
