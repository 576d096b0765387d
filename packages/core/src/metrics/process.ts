import { readdir } from 'node:fs/promises'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import type { Metrics } from './registry.ts'

const QUANTILES = [50, 90, 99] as const
const NANOSECONDS = 1e9

/** What every program says of itself. Measuring the event loop costs a timer, so this begins when somebody may ask. */
export function collectProcess(metrics: Metrics): void {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  let busy = performance.eventLoopUtilization()
  const startedAtSeconds = Date.now() / 1_000 - process.uptime()
  metrics.onScrape('process', async () => {
    const { user, system } = process.cpuUsage()
    metrics.set('process_cpu_seconds_total', [], (user + system) / 1e6)
    metrics.set('process_start_time_seconds', [], startedAtSeconds)
    const { rss, heapUsed, external } = process.memoryUsage()
    metrics.set('process_resident_memory_bytes', [], rss)
    metrics.set('nodejs_heap_used_bytes', [], heapUsed)
    metrics.set('nodejs_external_memory_bytes', [], external)
    for (const quantile of QUANTILES)
      metrics.set(
        'nodejs_eventloop_delay_seconds',
        [quantile / 100],
        delay.percentile(quantile) / NANOSECONDS,
      )
    delay.reset()
    const now = performance.eventLoopUtilization()
    metrics.set(
      'nodejs_eventloop_utilization_ratio',
      [],
      performance.eventLoopUtilization(now, busy).utilization,
    )
    busy = now
    // Linux only; elsewhere the series is missing.
    const files = await readdir('/proc/self/fd').catch(() => undefined)
    if (files) metrics.set('process_open_fds', [], files.length)
  })
}
