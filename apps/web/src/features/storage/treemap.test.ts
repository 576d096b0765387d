import { describe, expect, it } from 'vitest'
import { type Box, squarify } from './treemap.ts'

const box: Box = { x: 0, y: 0, width: 600, height: 400 }
const area = ({ width, height }: Box) => width * height
const overlap = (a: Box, b: Box) =>
  Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)) *
  Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y))

describe('squarify', () => {
  it('gives the boxes of the paper for its example', () => {
    const boxes = squarify([6, 6, 4, 3, 2, 2, 1], { x: 0, y: 0, width: 6, height: 4 })
    const round = (value: number) => Math.round(value * 100) / 100
    expect(boxes.slice(0, 4).map(({ x, y, width, height }) => [x, y, width, height].map(round))).toEqual([
      [0, 0, 3, 2],
      [0, 2, 3, 2],
      [3, 0, 1.71, 2.33],
      [4.71, 0, 1.29, 2.33],
    ])
  })

  it.each([
    { name: 'one', sizes: [5] },
    { name: 'equal ones', sizes: Array.from({ length: 30 }, () => 7) },
    { name: 'a giant and many', sizes: [1e12, ...Array.from({ length: 200 }, (_, at) => 200 - at)] },
    { name: 'a steep fall', sizes: Array.from({ length: 40 }, (_, at) => 2 ** (40 - at)) },
  ])('$name: areas are in proportion, nothing overlaps, everything lies inside', ({ sizes }) => {
    const boxes = squarify(sizes, box)
    const total = sizes.reduce((sum, size) => sum + size, 0)
    expect(boxes).toHaveLength(sizes.length)
    for (const [at, one] of boxes.entries()) {
      expect(area(one)).toBeCloseTo((sizes[at]! / total) * area(box), 3)
      expect(one.x).toBeGreaterThanOrEqual(-1e-6)
      expect(one.y).toBeGreaterThanOrEqual(-1e-6)
      expect(one.x + one.width).toBeLessThanOrEqual(box.width + 1e-4)
      expect(one.y + one.height).toBeLessThanOrEqual(box.height + 1e-4)
    }
    const overlaps = boxes.flatMap((one, at) => boxes.slice(at + 1).map((other) => overlap(one, other)))
    expect(Math.max(0, ...overlaps)).toBeLessThan(1e-3)
  })

  it('equal sizes become nearly squares', () => {
    const boxes = squarify(
      Array.from({ length: 24 }, () => 1),
      box,
    )
    for (const { width, height } of boxes) expect(Math.max(width / height, height / width)).toBeLessThan(1.6)
  })

  it('what has no size has no area', () => {
    expect(squarify([4, 0, 0], box).map(area)).toEqual([area(box), 0, 0])
    expect(squarify([0, 0], box).map(area)).toEqual([0, 0])
    expect(squarify([], box)).toEqual([])
  })
})
