import { describe, expect, it } from 'vitest'
import { nextRun, parseCron, parseTiming } from './model.ts'

describe('a schedule', () => {
  it('is one of Harbor’s types; the usual ones need no cron', () => {
    expect(parseTiming({ type: 'Daily' })).toEqual({ kind: 'schedule', type: 'Daily', cron: '0 0 0 * * *' })
    expect(parseTiming({ type: 'Hourly', cron: '0 5 * * * *' })).toMatchObject({ cron: '0 5 * * * *' })
    expect(parseTiming({ type: 'Schedule', cron: ' 0  30 2 * * 1-5 ' })).toEqual({
      kind: 'schedule',
      type: 'Custom',
      cron: '0 30 2 * * 1-5',
    })
    expect(parseTiming({ type: 'Manual' })).toEqual({ kind: 'manual' })
    expect(parseTiming({ type: 'None' })).toEqual({ kind: 'none' })
    for (const bad of [undefined, {}, { type: 'daily' }, { type: 'Custom' }])
      expect(() => parseTiming(bad)).toThrow()
  })

  it('has six fields, seconds 0, and names a time', () => {
    for (const bad of [
      '',
      '* * * * *',
      '@daily',
      '@every 1s',
      '1 0 0 * * *',
      '* 0 0 * * *',
      '0 60 0 * * *',
      '0 0 0 31 2 *',
      '0 0 0 * * 8',
      `0 ${'1,'.repeat(100)}1 0 * * *`,
      '0 0 0 * * * *',
    ])
      expect(() => parseCron(bad), bad).toThrow()
    for (const good of ['0 0 0 * * ?', '0 */10 * * * *', '0 0 3 1 JAN-JUN *', '0 0 0 29 2 *'])
      expect(parseCron(good)).toBe(good)
  })

  it('runs in UTC, behind the time given', () => {
    const at = (text: string) => Date.parse(text)
    expect(nextRun('0 0 0 * * *', at('2026-03-29T00:00:00Z'))).toEqual(new Date('2026-03-30T00:00:00Z'))
    expect(nextRun('0 30 2 * * 0', at('2026-03-28T12:00:00Z'))).toEqual(new Date('2026-03-29T02:30:00Z'))
  })
})
