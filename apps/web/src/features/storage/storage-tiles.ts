import { type Box, squarify } from './treemap.ts'

export type RepositoryBytes = { name: string; ownBytes: number; sharedBytes: number }
/** One tile of the picture; `rest` counts the small repositories that share the last tile. */
export type Tile = RepositoryBytes & { box: Box; rest: number }

/** Tiles beyond this many are too small to read and become one. */
const MAX_TILES = 40

/** The picture in percent of its frame. What is empty takes no place. */
export function tilesOf(repositories: readonly RepositoryBytes[], width: number, height: number): Tile[] {
  const size = (one: RepositoryBytes) => one.ownBytes + one.sharedBytes
  const sorted = repositories.filter((one) => size(one) > 0).sort((a, b) => size(b) - size(a))
  const many = sorted.length > MAX_TILES
  const shown = many ? sorted.slice(0, MAX_TILES - 1) : sorted
  const others = sorted.slice(shown.length)
  const sum = (pick: (one: RepositoryBytes) => number) => others.reduce((all, one) => all + pick(one), 0)
  const rest = { name: '', ownBytes: sum((one) => one.ownBytes), sharedBytes: sum((one) => one.sharedBytes) }
  const tiles = many ? [...shown, rest] : shown
  // The rest may outweigh the last ones shown; the layout needs its sizes in order.
  const ordered = [...tiles].sort((a, b) => size(b) - size(a))
  const boxes = squarify(ordered.map(size), { x: 0, y: 0, width, height })
  return ordered.map((tile, at) => {
    const { x, y, width: wide, height: high } = boxes[at]!
    const box = {
      x: (x / width) * 100,
      y: (y / height) * 100,
      width: (wide / width) * 100,
      height: (high / height) * 100,
    }
    return { ...tile, box, rest: tile === rest ? others.length : 0 }
  })
}
