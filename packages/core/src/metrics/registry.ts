import { exposition, type Family, type Series } from './exposition.ts'
import {
  type CounterName,
  type GaugeName,
  type HistogramName,
  type LabelValues,
  type MetricDefinition,
  type MetricName,
  metricDefinitions,
} from './model.ts'

/** Labels come from tables in the code; should one ever not, its series end here instead of filling the memory. */
const MAX_SERIES = 2_000
const OTHER = 'other'
const COLLECT_TIMEOUT_MS = 2_000

/** Counts for Prometheus. Counting is a look into a map and an addition; nothing is computed before somebody asks. */
export class Metrics {
  private families = new Map<string, Family>()
  private collectors = new Map<string, () => void | Promise<void>>()
  private collecting: Promise<void> | undefined

  constructor() {
    for (const [name, definition] of Object.entries<MetricDefinition>(metricDefinitions))
      this.families.set(name, { name, definition, series: new Map() })
    // A rate needs a 0 before the first 1. With labels nobody knows beforehand which there will be.
    for (const [name, { type, labels }] of Object.entries<MetricDefinition>(metricDefinitions))
      if (type === 'counter' && labels.length === 0) this.add(name as CounterName, [] as never, 0)
  }

  add<N extends CounterName>(name: N, labels: LabelValues<N>, amount = 1): void {
    this.series(name, labels).value += amount
  }

  /** For counters that are kept elsewhere, and for gauges. */
  set<N extends CounterName | GaugeName>(name: N, labels: LabelValues<N>, value: number): void {
    this.series(name, labels).value = value
  }

  /** All series of a gauge at once: what is not among them is gone. */
  replace<N extends GaugeName>(name: N, entries: Iterable<readonly [LabelValues<N>, number]>): void {
    this.families.get(name)!.series.clear()
    for (const [labels, value] of entries) this.set(name, labels, value)
  }

  observe<N extends HistogramName>(name: N, labels: LabelValues<N>, seconds: number): void {
    const series = this.series(name, labels)
    const { buckets } = metricDefinitions[name]
    let index = 0
    while (index < buckets.length && seconds > buckets[index]!) index++
    series.counts![index]!++
    series.value += seconds
  }

  /** Runs before each scrape, to set gauges. What fails or takes too long keeps its last value. */
  onScrape(name: string, collect: () => void | Promise<void>): void {
    this.collectors.set(name, collect)
  }

  /** Everything in Prometheus' text format. */
  async text(): Promise<string> {
    this.collecting ??= this.collect().finally(() => {
      this.collecting = undefined
    })
    await this.collecting
    return exposition(this.families.values())
  }

  private async collect(): Promise<void> {
    const run = async ([name, collect]: [string, () => void | Promise<void>]) => {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error('took too long')), COLLECT_TIMEOUT_MS)
      })
      try {
        await Promise.race([collect(), late])
      } catch {
        this.add('berth_metrics_collect_errors_total', [name])
      } finally {
        clearTimeout(timer)
      }
    }
    await Promise.all([...this.collectors].map(run))
  }

  private series<N extends MetricName>(name: N, labels: LabelValues<N>): Series {
    const { series, definition } = this.families.get(name)!
    const values = labels as readonly (string | number)[]
    const key = values.length === 0 ? '' : values.length === 1 ? String(values[0]) : values.join('\0')
    const known = series.get(key)
    if (known) return known
    if (series.size >= MAX_SERIES && values[0] !== OTHER)
      return this.series(name, values.map(() => OTHER) as unknown as LabelValues<N>)
    const made = {
      labels: values.map(String),
      value: 0,
      counts: definition.buckets && new Array<number>(definition.buckets.length + 1).fill(0),
    }
    series.set(key, made)
    return made
  }
}
