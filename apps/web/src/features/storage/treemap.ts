/** A rectangle in the unit of the box it lies in. */
export type Box = { x: number; y: number; width: number; height: number }

/**
 * Lays sizes out as rectangles whose areas are in proportion to them, as square as can be: squarified treemaps after
 * Bruls, Huizing and van Wijk. Sizes come largest first; the boxes are in the same order and cover `box` exactly. What is
 * not positive gets no area.
 */
export function squarify(sizes: readonly number[], box: Box): Box[] {
  const total = sizes.reduce((sum, size) => sum + Math.max(size, 0), 0)
  const boxes: Box[] = []
  if (total <= 0) return sizes.map(() => ({ x: box.x, y: box.y, width: 0, height: 0 }))
  const scale = (box.width * box.height) / total
  const areas = sizes.map((size) => Math.max(size, 0) * scale)
  let free = box
  let row: number[] = []
  for (const area of areas) {
    const side = Math.min(free.width, free.height)
    if (row.length > 0 && worst([...row, area], side) > worst(row, side)) {
      free = layRow(row, free, boxes)
      row = []
    }
    row.push(area)
  }
  layRow(row, free, boxes)
  return boxes
}

/** The worst ratio of sides among the rectangles of a row along a side. */
function worst(row: readonly number[], side: number): number {
  const sum = row.reduce((all, area) => all + area, 0)
  const least = Math.min(...row)
  if (least <= 0 || side <= 0) return Number.POSITIVE_INFINITY
  return Math.max((side ** 2 * Math.max(...row)) / sum ** 2, sum ** 2 / (side ** 2 * least))
}

/** Puts a row along the shorter side of what is free and gives what is left. */
function layRow(row: readonly number[], free: Box, boxes: Box[]): Box {
  const sum = row.reduce((all, area) => all + area, 0)
  const upright = free.width >= free.height
  const side = upright ? free.height : free.width
  const depth = side > 0 ? sum / side : 0
  let along = 0
  for (const area of row) {
    const length = depth > 0 ? area / depth : 0
    boxes.push(
      upright
        ? { x: free.x, y: free.y + along, width: depth, height: length }
        : { x: free.x + along, y: free.y, width: length, height: depth },
    )
    along += length
  }
  return upright
    ? { x: free.x + depth, y: free.y, width: free.width - depth, height: free.height }
    : { x: free.x, y: free.y + depth, width: free.width, height: free.height - depth }
}
