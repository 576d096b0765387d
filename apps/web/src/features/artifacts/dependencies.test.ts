import { expect, test } from 'vitest'
import { readDependencies } from './dependencies.ts'

test('dependencies are read by name, and by their alias where they have one', () => {
  const listed = [
    { name: 'db', version: '~1.0', repository: 'oci://charts.example.com' },
    { name: 'db', alias: 'cache', condition: 'cache.enabled' },
  ]
  expect(readDependencies(listed)).toEqual([
    { key: '0 db', name: 'db', version: '~1.0', repository: 'oci://charts.example.com', condition: '' },
    { key: '1 cache', name: 'cache', version: '', repository: '', condition: 'cache.enabled' },
  ])
})

test.each([[undefined], ['text'], [{ name: 'db' }]])('%j is no list', (data) => {
  expect(readDependencies(data)).toEqual([])
})

test('what is not text is left out', () => {
  expect(
    readDependencies([null, { name: 3, version: {} }]).map(({ name, version }) => name + version),
  ).toEqual(['', ''])
})
