import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import packageJson from '../../package.json' with { type: 'json' }
import { CONTENT_TYPE } from './exposition.ts'
import { collectProcess } from './process.ts'
import type { Metrics } from './registry.ts'

export interface MetricsListener {
  port: number
  close(): Promise<void>
}

export interface MetricsAddress {
  port: number
  host: string
}

/**
 * Answers `GET /metrics` on a port of its own, apart from everything that the world may reach: numbers tell how much an
 * installation is used and by what it is troubled.
 *
 * @param part which of Berth's processes this is
 * @throws the error of the server when the port is taken
 */
export async function listenForScrapes(
  metrics: Metrics,
  { port, host }: MetricsAddress,
  { part, version }: { part: string; version: string },
): Promise<MetricsListener> {
  const server = createServer((req, res) => {
    if (req.method !== 'GET' || req.url?.split('?', 1)[0] !== '/metrics') {
      res.writeHead(404, { 'content-type': 'text/plain' }).end('metrics are at GET /metrics\n')
      return
    }
    metrics.text().then(
      (text) => res.writeHead(200, { 'content-type': CONTENT_TYPE }).end(text),
      () => res.writeHead(500).end(),
    )
  })
  server.headersTimeout = 5_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve)
  })
  metrics.set('berth_build_info', [part, version, process.version], 1)
  collectProcess(metrics)
  // A process that has nothing else to do ends.
  server.unref()
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

type Log = (level: 'info' | 'error', message: string, facts?: Record<string, unknown>) => void

/**
 * Lets Prometheus ask, where somebody wants it to. A port that is taken is said, and ends nothing: who watches a registry
 * must not be what stops it.
 */
export async function showMetrics(
  metrics: Metrics,
  address: MetricsAddress | undefined,
  part: string,
  log: Log,
): Promise<MetricsListener | undefined> {
  if (!address) return undefined
  try {
    const listener = await listenForScrapes(metrics, address, { part, version: packageJson.version })
    log('info', 'metrics listening', { host: address.host, port: listener.port })
    return listener
  } catch (error) {
    log('error', 'metrics cannot be read: BERTH_METRICS_HOST and BERTH_METRICS_PORT cannot be listened on', {
      error,
    })
    return undefined
  }
}
