import { expect, test } from 'vitest'
import { ManifestMemory } from './manifest-memory.ts'

const bytes = (size: number) => Buffer.alloc(size)

test('it never holds more than its limit and forgets the least recently used first', () => {
  const memory = new ManifestMemory(100)
  memory.set('a', bytes(40))
  memory.set('b', bytes(40))
  expect(memory.peek('a')).toHaveLength(40)
  memory.set('c', bytes(40))
  expect(memory.peek('b')).toBeUndefined()
  expect(memory.peek('a')).toHaveLength(40)
  expect(memory.sizeBytes).toBe(80)
  memory.set('huge', bytes(101))
  expect(memory.peek('huge')).toBeUndefined()
  memory.set('a', bytes(10))
  expect(memory.sizeBytes).toBe(50)
})

test('many who ask at once cause one load, and a failed load is not remembered', async () => {
  const memory = new ManifestMemory(100)
  let loads = 0
  const load = async () => {
    loads++
    return bytes(1)
  }
  await Promise.all(Array.from({ length: 10 }, () => memory.get('a', load)))
  expect(loads).toBe(1)
  await expect(memory.get('b', () => Promise.reject(new Error('down')))).rejects.toThrow('down')
  expect(await memory.get('b', async () => undefined)).toBeUndefined()
  expect(await memory.get('b', load)).toHaveLength(1)
})
