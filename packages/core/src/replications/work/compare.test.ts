import { RateLimitedError } from '@berth/registry-client'
import { expect, it } from 'vitest'
import { compileFilters } from '../filters.ts'
import { openTurns } from '../planning/index.ts'
import { repositoriesOf, type Way } from './compare.ts'

it('a list that is read anew from its beginning gives no name again, whether it is valid or not', async () => {
  let reads = 0
  const from: Partial<Way['ends']['from']> = {
    key: 1,
    async *repositories({ onInvalid } = {}) {
      reads++
      for (const name of ['team/One', 'team/Two', 'other/One']) onInvalid?.(name)
      yield ['team/one', 'team/two'] as never
      if (reads === 1)
        throw new RateLimitedError('too much', { code: 'TOOMANYREQUESTS', status: 429, retryAfterMs: 1 })
      onInvalid?.('team/Three')
      yield ['team/three'] as never
    },
  }
  const filters = compileFilters([{ type: 'name', value: 'team/**' }])
  const way = { ends: { from }, filters, registry: { name: 'there' }, turns: openTurns() } as unknown as Way
  const invalid: string[] = []
  const valid: string[] = []
  const signal = new AbortController().signal
  for await (const names of repositoriesOf(way, signal, (name) => invalid.push(name))) valid.push(...names)
  expect(reads).toBe(2)
  expect(valid).toEqual(['team/one', 'team/two', 'team/three'])
  expect(invalid).toEqual(['team/One', 'team/Two', 'team/Three'])
})
