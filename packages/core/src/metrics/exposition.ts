import type { MetricDefinition } from './model.ts'

export interface Series {
  labels: readonly string[]
  /** Of a histogram: the sum of what was observed. */
  value: number
  /** Of a histogram: how many fell into each bucket, and at the end how many into none. */
  counts: number[] | undefined
}

export interface Family {
  name: string
  definition: MetricDefinition
  series: Map<string, Series>
}

export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** Prometheus' text format, version 0.0.4. Families without a series say only that they exist. */
export function exposition(families: Iterable<Family>): string {
  const lines: string[] = []
  for (const { name, definition, series } of families) {
    lines.push(`# HELP ${name} ${definition.help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`)
    lines.push(`# TYPE ${name} ${definition.type}`)
    for (const one of series.values()) {
      const pairs = definition.labels.map((label, n) => `${label}="${escaped(one.labels[n] ?? '')}"`)
      if (!definition.buckets) lines.push(`${name}${braced(pairs)} ${one.value}`)
      else lines.push(...histogram(name, pairs, definition.buckets, one))
    }
  }
  return `${lines.join('\n')}\n`
}

function* histogram(name: string, pairs: string[], buckets: readonly number[], { counts, value }: Series) {
  let total = 0
  for (const [n, count] of counts!.entries()) {
    total += count
    yield `${name}_bucket${braced([...pairs, `le="${buckets[n] ?? '+Inf'}"`])} ${total}`
  }
  yield `${name}_sum${braced(pairs)} ${value}`
  yield `${name}_count${braced(pairs)} ${total}`
}

const braced = (pairs: readonly string[]) => (pairs.length > 0 ? `{${pairs.join(',')}}` : '')
const escaped = (value: string) =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
