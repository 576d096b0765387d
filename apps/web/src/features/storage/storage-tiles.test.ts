import { expect, it } from 'vitest'
import { tilesOf } from './storage-tiles.ts'

const repositories = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ name: `r${at}`, ownBytes: at, sharedBytes: 1 }))

it('the largest come first, and the tiles cover the whole picture', () => {
  const tiles = tilesOf(repositories(5), 3, 2)
  expect(tiles.map(({ name }) => name)).toEqual(['r4', 'r3', 'r2', 'r1', 'r0'])
  expect(tiles.reduce((sum, { box }) => sum + box.width * box.height, 0)).toBeCloseTo(10_000)
})

it('what is too small for a tile of its own is one tile that counts all of it', () => {
  const tiles = tilesOf(repositories(1_000), 3, 2)
  const rest = tiles.find((tile) => tile.rest > 0)
  expect(tiles).toHaveLength(40)
  expect(rest?.rest).toBe(961)
  expect(tiles.reduce((sum, tile) => sum + tile.ownBytes + tile.sharedBytes, 0)).toBe(499_500 + 1_000)
})

it('what is empty takes no place', () => {
  expect(tilesOf([{ name: 'a', ownBytes: 0, sharedBytes: 0 }], 3, 2)).toEqual([])
})
