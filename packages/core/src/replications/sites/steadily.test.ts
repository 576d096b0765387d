import { UnavailableError } from '@berth/registry-client'
import { expect, it } from 'vitest'
import { pauseBefore, steadily } from './steadily.ts'

it('a registry that says nothing is asked twice; one whose connection fails five times', async () => {
  const failing = async (code: string) => {
    let asked = 0
    const ask = async () => {
      asked++
      throw new UnavailableError('gone', { code })
    }
    await expect(steadily(ask, undefined)).rejects.toMatchObject({ code })
    return asked
  }
  expect(await failing('TIMEOUT')).toBe(2)
  const gone = new UnavailableError('gone', { code: 'UNAVAILABLE' })
  expect([1, 4, 5].map((failures) => pauseBefore(gone, failures) !== undefined)).toEqual([true, true, false])
})
