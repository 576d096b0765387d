/** Round values from 0 up to or just above `max`, at most `count` steps; in whole numbers. */
export function countTicks(max: number, count = 3): number[] {
  const rough = Math.max(max, 1) / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = Math.max([1, 2, 5, 10].map((times) => times * power).find((one) => one >= rough) ?? rough, 1)
  return upTo(max, step)
}

/** The same for bytes: round in binary units, as sizes are written. */
export function byteTicks(maxBytes: number, count = 3): number[] {
  const unit = 1024 ** Math.max(Math.floor(Math.log2(Math.max(maxBytes, 1)) / 10), 0)
  const rough = Math.max(maxBytes, 1) / unit / count
  const steps = [0.125, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 256, 512]
  const step = (steps.find((one) => one >= rough) ?? 512) * unit
  return upTo(maxBytes, Math.max(step, 1))
}

function upTo(max: number, step: number): number[] {
  const steps = Math.max(Math.ceil(max / step), 1)
  return Array.from({ length: steps + 1 }, (_, index) => index * step)
}

/** Which of `length` days have their date written below, when every label needs `labelPx` of `widthPx`; the last always. */
export function labelledDays(length: number, widthPx: number, labelPx = 72): number[] {
  const labels = Math.max(Math.floor(widthPx / labelPx), 1)
  const every = Math.max(Math.ceil(length / labels), 1)
  const found: number[] = []
  for (let index = length - 1; index >= 0; index -= every) found.unshift(index)
  return found
}
