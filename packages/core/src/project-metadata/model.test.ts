import { describe, expect, it } from 'vitest'
import { parseOneSetting, parseSetting, parseSettings } from './model.ts'

const refused = expect.objectContaining({ code: 'BAD_REQUEST' })

describe('project settings', () => {
  it('have one form each', () => {
    expect(parseSetting('public', 'TRUE')).toBe('true')
    expect(parseSetting('auto_scan', '0')).toBe('false')
    expect(parseSetting('severity', 'High')).toBe('high')
    expect(parseSetting('proxy_speed_kb', '-1')).toBe('-1')
  })
  it.each([
    ['public', 'yes'],
    ['severity', 'awful'],
    ['proxy_speed_kb', '1.5'],
    ['auto_scan', ''],
    ['unknown', 'x'],
    ['__proto__', 'x'],
    ['constructor', 'x'],
    ['proxy_cache_filter_pattern', 'x'.repeat(256)],
    ['auto_scan', 1],
  ])('refuse %s=%s', (name, value) => {
    expect(() => parseSetting(name, value)).toThrow(refused)
  })
  it('never name another feature’s row', () => {
    expect(() => parseSetting('retention_id', '1')).toThrow(refused)
  })
  it('come apart into the column and the rest; null is absent', () => {
    expect(parseSettings({ public: 'true', severity: 'low', auto_scan: null })).toEqual({
      public: true,
      metadata: { severity: 'low' },
    })
    expect(parseSettings({})).toEqual({ public: undefined, metadata: {} })
  })
  it('are written one at a time', () => {
    expect(parseOneSetting({ severity: 'low' })).toEqual({ name: 'severity', value: 'low' })
    expect(() => parseOneSetting({})).toThrow(refused)
    expect(() => parseOneSetting({ severity: 'low', auto_scan: 'true' })).toThrow(refused)
  })
})
