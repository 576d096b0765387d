import { get } from 'node:http'
import { expect, test } from 'vitest'
import { listenForScrapes, Metrics, metricDefinitions } from './index.ts'

const linesOf = async (metrics: Metrics, name: string) =>
  (await metrics.text()).split('\n').filter((line) => line.startsWith(name))

test('names follow the conventions: a unit, and _total for what only grows', () => {
  for (const [name, { type, labels }] of Object.entries(metricDefinitions)) {
    expect(name).toMatch(/^(berth|process|nodejs)_[a-z_]+$/)
    expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter'])
    if (type === 'histogram') expect(name).toMatch(/_seconds$/)
    for (const label of labels) expect(label).toMatch(/^[a-z_]+$/)
  }
})

test('counters add up by their labels, gauges are what was said last', async () => {
  const metrics = new Metrics()
  metrics.add('berth_tokens_total', ['issued'])
  metrics.add('berth_tokens_total', ['issued'], 2)
  metrics.add('berth_tokens_total', ['refused'])
  metrics.set('berth_http_requests_in_flight', [], 3)
  metrics.set('berth_http_requests_in_flight', [], 1)
  expect(await linesOf(metrics, 'berth_tokens_total{')).toEqual([
    'berth_tokens_total{result="issued"} 3',
    'berth_tokens_total{result="refused"} 1',
  ])
  expect(await linesOf(metrics, 'berth_http_requests_in_flight ')).toEqual([
    'berth_http_requests_in_flight 1',
  ])
  metrics.replace('berth_queue_jobs', [[['waiting'], 1]])
  metrics.replace('berth_queue_jobs', [[['failed'], 2]])
  expect(await linesOf(metrics, 'berth_queue_jobs{')).toEqual(['berth_queue_jobs{state="failed"} 2'])
})

test('a counter without labels is there from the beginning', async () => {
  expect(await linesOf(new Metrics(), 'berth_manifest_pushes_total')).toEqual([
    'berth_manifest_pushes_total 0',
  ])
})

test('a histogram counts what is at most as long as each bucket', async () => {
  const metrics = new Metrics()
  for (const seconds of [0.001, 0.002, 100])
    metrics.observe('berth_api_request_duration_seconds', ['x'], seconds)
  const lines = await linesOf(metrics, 'berth_api_request_duration_seconds_')
  expect(lines.slice(0, 2)).toEqual([
    'berth_api_request_duration_seconds_bucket{operation="x",le="0.001"} 1',
    'berth_api_request_duration_seconds_bucket{operation="x",le="0.0025"} 2',
  ])
  expect(lines.slice(-4)).toEqual([
    'berth_api_request_duration_seconds_bucket{operation="x",le="60"} 2',
    'berth_api_request_duration_seconds_bucket{operation="x",le="+Inf"} 3',
    'berth_api_request_duration_seconds_sum{operation="x"} 100.003',
    'berth_api_request_duration_seconds_count{operation="x"} 3',
  ])
})

test('labels that hold anything cannot break the format, nor fill the memory', async () => {
  const metrics = new Metrics()
  metrics.add('berth_tokens_total', ['a"\\\n'])
  expect(await linesOf(metrics, 'berth_tokens_total{')).toEqual([
    'berth_tokens_total{result="a\\"\\\\\\n"} 1',
  ])
  for (let n = 0; n < 5_000; n++) metrics.add('berth_cache_lookups_total', [`cache-${n}`, 'hit'])
  const lines = await linesOf(metrics, 'berth_cache_lookups_total{')
  expect(lines).toHaveLength(2_001)
  expect(lines.at(-1)).toBe('berth_cache_lookups_total{cache="other",result="other"} 3000')
})

test('what cannot be had for a scrape is missing there and said; the rest is told', async () => {
  const metrics = new Metrics()
  metrics.onScrape('broken', () => Promise.reject(new Error('away')))
  metrics.onScrape('well', () => metrics.set('berth_queue_jobs', ['waiting'], 4))
  const text = await metrics.text()
  expect(text).toContain('berth_queue_jobs{state="waiting"} 4')
  expect(text).toContain('berth_metrics_collect_errors_total{collector="broken"} 1')
})

test('the listener answers GET /metrics and nothing else', async () => {
  const listener = await listenForScrapes(
    new Metrics(),
    { host: '127.0.0.1', port: 0 },
    { part: 'test', version: '1' },
  )
  const ask = (path: string, method = 'GET') =>
    new Promise<{ status: number; type: string; text: string }>((resolve, reject) => {
      const url = `http://127.0.0.1:${listener.port}${path}`
      get(url, { method, agent: false }, async (res) => {
        let text = ''
        for await (const chunk of res) text += chunk
        resolve({ status: res.statusCode!, type: res.headers['content-type'] ?? '', text })
      }).on('error', reject)
    })
  const answer = await ask('/metrics')
  expect(answer.status).toBe(200)
  expect(answer.type).toContain('version=0.0.4')
  expect(answer.text).toMatch(/^berth_build_info\{part="test",version="1",node_version="v\d+/m)
  expect(answer.text).toMatch(/^process_resident_memory_bytes \d+/m)
  expect((await ask('/')).status).toBe(404)
  expect((await ask('/metrics', 'POST')).status).toBe(404)
  await listener.close()
})
