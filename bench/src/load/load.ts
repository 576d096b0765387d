import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface RequestSpec {
  method?: 'GET' | 'HEAD' | 'PUT'
  url: string
  headers?: Record<string, string>
  body?: string
  /** Asked in turn, with these headers besides: the same call by many callers. */
  callers?: Record<string, string>[]
}

export interface LoadResult {
  requestsPerSecond: number
  requests: number
  elapsedSeconds: number
  p50Ms: number
  p99Ms: number
  errors: number
  /** How often each status came. */
  statuses: Record<string, number>
  bytesRead: number
  /** Share of one core that the generator needed: near 1 it was the bottleneck, and the numbers are void. */
  busyShare: number
}

/**
 * Repeats a request over `connections` kept-alive connections, each waiting for its answer; with `once` each caller asks
 * once, and `seconds` is how long all of it may take. Throws on any answer but 2xx.
 */
export async function load(
  { method = 'GET', url, headers = {}, body = '', callers = [{}] }: RequestSpec,
  { connections, seconds, once = false }: { connections: number; seconds: number; once?: boolean },
): Promise<LoadResult> {
  const { pathname, search, host, port } = new URL(url)
  const requests = callers.map((own) => {
    const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const fields = Object.entries({ host, ...headers, ...length, ...own }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    )
    return Buffer.from(`${method} ${pathname}${search} HTTP/1.1\r\n${fields.join('')}\r\n${body}`)
  })
  const { stdout } = await run(
    process.execPath,
    [
      join(import.meta.dirname, 'generator.ts'),
      ...requests.map((request) => `--request=${request.toString('base64')}`),
      ...(once ? ['--once'] : []),
      `--port=${port}`,
      `--connections=${connections}`,
      `--seconds=${seconds}`,
    ],
    { timeout: seconds * 1000 + 30_000 },
  )
  const result = JSON.parse(stdout) as LoadResult
  const refused = Object.keys(result.statuses).filter((status) => !/^2\d\d$/.test(status))
  if (refused.length > 0 || result.errors > 0 || result.requests === 0)
    throw new Error(
      `${method} ${url}: ${result.requests} answers ${JSON.stringify(result.statuses)}, ${result.errors} broken connections`,
    )
  return result
}
