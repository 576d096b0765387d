import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { env } from '../env.ts'
import { type Core, showMetrics } from './core.ts'
import { getCore } from './running.ts'

/** Counts the console's requests from now on, if somebody wants to read the numbers. */
export async function startMetrics(): Promise<void> {
  const { metrics: address } = env()
  if (!address) return
  const core = getCore()
  const listener = await showMetrics(core.metrics, address, 'web', (level, message, facts) =>
    console.error(JSON.stringify({ level, message, ...facts, error: facts?.error && String(facts.error) })),
  )
  if (listener) countRequests(core, listener.port)
}

/** The server is Next's, so node itself is asked what it answers. */
function countRequests(core: Core, ownPort: number): void {
  const startedMs = new WeakMap<object, number>()
  subscribe('http.server.request.start', (message) => {
    startedMs.set((message as { request: IncomingMessage }).request, performance.now())
  })
  subscribe('http.server.response.finish', (message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse }
    const begun = startedMs.get(request)
    if (begun === undefined || request.socket.localPort === ownPort) return
    const kind = kindOf(request)
    const method = request.method === 'GET' || request.method === 'POST' ? request.method : 'other'
    core.metrics.add('berth_web_requests_total', [kind, method, response.statusCode])
    core.metrics.observe('berth_web_request_duration_seconds', [kind], (performance.now() - begun) / 1_000)
  })
}

/** Never the path itself: it holds names of projects and repositories. */
function kindOf({ url = '', headers }: IncomingMessage): string {
  if (url.startsWith('/_next/')) return 'asset'
  if (url.startsWith('/api/auth/')) return 'sign-in'
  if (url.startsWith('/api/')) return 'api'
  return headers.rsc === undefined ? 'page' : 'page-data'
}
