import { digestOf } from '@berth/registry-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cast, startCast } from '../test/cast.ts'

let cast: Cast
const series = async (start: string) => {
  const line = (await cast.berth.core.metrics.text()).split('\n').find((text) => text.startsWith(start))
  return line === undefined ? undefined : Number(line.split(' ').at(-1))
}

beforeAll(async () => {
  cast = await startCast()
})
afterAll(() => cast.berth.close())

test('what clients do is counted by routes and outcomes', async () => {
  const { dev, nobody, berth } = cast
  const layer = Buffer.alloc(10_000, 7)
  const blob = await dev.pushBlob('team/measured', layer)
  const { bytes } = await dev.pushImage('team/measured', 'v1', 'measured')
  const scope = ['repository:team/measured:pull']
  for (const reference of ['v1', digestOf(bytes), 'none'])
    await (await dev.send('GET', `/v2/team/measured/manifests/${reference}`, scope)).arrayBuffer()
  await (await dev.send('GET', `/v2/team/measured/blobs/${blob}`, scope)).arrayBuffer()
  const wrong = { headers: { authorization: dev.basic('Wrong-password-1') } }
  await fetch(`${berth.url}/service/token?service=berth-registry&scope=${scope}`, wrong)
  await nobody.send('GET', '/v2/', [])
  await fetch(`${berth.url}/api/v2.0/projects?q=name=team`, { headers: { authorization: dev.basic() } })
  await fetch(`${berth.url}/service/nothing-of-ours`)

  const manifests = 'route="/v2/<name>/manifests/<reference>"'
  const requests = (labels: string) => series(`berth_http_requests_total{${labels}}`)
  expect(await requests(`${manifests},method="PUT",status="201"`)).toBe(1)
  expect(await requests(`${manifests},method="GET",status="200"`)).toBe(2)
  expect(await requests(`${manifests},method="GET",status="404"`)).toBe(1)
  expect(await requests('route="/v2/",method="GET",status="401"')).toBe(1)
  expect(await requests('route="/api",method="GET",status="200"')).toBe(1)
  expect(await requests('route="none",method="GET",status="404"')).toBe(1)
  expect(await requests('route="/service/token",method="GET",status="401"')).toBe(1)
  expect(await series('berth_api_requests_total{operation="listProjects",status="200"}')).toBe(1)
  expect(await series('berth_manifest_pushes_total')).toBe(1)
  expect(await series('berth_manifest_pulls_total')).toBe(2)
  expect(await series('berth_blob_bytes_total{direction="up"}')).toBeGreaterThanOrEqual(10_000)
  expect(await series('berth_blob_bytes_total{direction="down"}')).toBe(10_000)
  expect(await series('berth_tokens_total{result="refused"}')).toBe(1)
  expect(await series('berth_tokens_total{result="issued"}')).toBeGreaterThan(5)
  expect(await series('berth_authentications_total{via="basic",result="wrong"}')).toBe(1)
  expect(await series('berth_registry_requests_total{via="proxy",method="GET",result="2xx"}')).toBe(1)
  expect(await series('berth_db_queries_total{result="ok"}')).toBeGreaterThan(10)
  expect(await series('berth_http_requests_in_flight')).toBe(0)
})

test('numbers tell nothing of whom and what they count', async () => {
  const { berth, dev } = cast
  await dev.send('GET', '/v2/team/hidden-name/manifests/hidden-tag', ['repository:team/hidden-name:pull'])
  await fetch(`${berth.url}/api/v2.0/projects/hidden-project`)
  await fetch(`${berth.url}/hidden-page?hidden=1`, { method: 'PROPFIND' })
  await fetch(`${berth.url}/service/hidden`)
  const text = await berth.core.metrics.text()
  for (const word of ['hidden', 'team', 'dev"', 'PROPFIND', '127.0.0.1']) expect(text).not.toContain(word)
})
