import { expect, it } from 'vitest'
import { toggleRows } from './table-selection.ts'

const order = ['a', 'b', 'c', 'd', 'e']
const chosen = (...keys: string[]) => new Set(keys)

it('toggles one row', () => {
  expect(toggleRows(chosen(), order, 1, null)).toEqual(chosen('b'))
  expect(toggleRows(chosen('b'), order, 1, null)).toEqual(chosen())
})

it('a range takes everything between, in both directions', () => {
  expect(toggleRows(chosen('b'), order, 3, 1)).toEqual(chosen('b', 'c', 'd'))
  expect(toggleRows(chosen('d'), order, 1, 3)).toEqual(chosen('b', 'c', 'd'))
})

it('a range from a selected end clears', () => {
  expect(toggleRows(chosen('b', 'c', 'd'), order, 3, 1)).toEqual(chosen())
})

it('rows of other pages stay selected', () => {
  expect(toggleRows(chosen('z'), order, 0, null)).toEqual(chosen('z', 'a'))
})

it('a row that is gone changes nothing', () => {
  expect(toggleRows(chosen('a'), order, 9, null)).toEqual(chosen('a'))
})
