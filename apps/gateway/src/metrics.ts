import type { Gateway } from './gateway.ts'
import type { Exchange } from './request.ts'

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS'])
/** As nginx calls it: the client left before there was an answer. */
const CLIENT_GONE = 499

export function countRequest({ core }: Gateway, { req, res, route }: Exchange, tookMs: number): void {
  const asked = req.method ?? ''
  const method = METHODS.has(asked) ? asked : 'other'
  const status = res.headersSent ? res.statusCode : CLIENT_GONE
  core.metrics.add('berth_http_requests_total', [route, method, status])
  core.metrics.observe('berth_http_request_duration_seconds', [route, method], tookMs / 1_000)
}

/** What only this process knows, at each scrape. */
export function collectGateway(gateway: Gateway): void {
  const { metrics } = gateway.core
  metrics.onScrape('gateway', () => {
    const { hits, misses, size } = gateway.manifests
    metrics.set('berth_http_requests_in_flight', [], gateway.inFlight)
    metrics.set('berth_pull_counts_waiting', [], gateway.pulls.waiting)
    metrics.set('berth_cache_lookups_total', ['gateway.manifests', 'hit'], hits)
    metrics.set('berth_cache_lookups_total', ['gateway.manifests', 'miss'], misses)
    metrics.set('berth_cache_entries', ['gateway.manifests'], size)
  })
}
