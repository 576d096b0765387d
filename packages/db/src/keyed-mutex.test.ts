import { expect, test } from 'vitest'
import { KeyedMutex } from './keyed-mutex.ts'

test('one key: one at a time, in order, also after a failure; other keys do not wait', async () => {
  const mutex = new KeyedMutex()
  const seen: string[] = []
  let open = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const first = mutex.run('a', async () => {
    await gate
    seen.push('first')
    throw new Error('failed')
  })
  const second = mutex.run('a', async () => seen.push('second'))
  await mutex.run('b', async () => seen.push('other'))
  expect(seen).toEqual(['other'])
  open()
  await expect(first).rejects.toThrow('failed')
  await second
  expect(seen).toEqual(['other', 'first', 'second'])
  expect(mutex.size).toBe(0)
})
