import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { untilHealthy } from './health.ts'

let server: Server
let url: string
let components: { name: string; status: string; error?: string }[]
const ill = (name: string, error: string) => ({ name, status: 'unhealthy', error })
const never = new AbortController().signal

beforeEach(async () => {
  server = createServer((_, res) => {
    const status = components.every((part) => part.status === 'healthy') ? 'healthy' : 'unhealthy'
    res.end(JSON.stringify({ status, components }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

it('is content at once when everything is healthy', async () => {
  components = [{ name: 'database', status: 'healthy' }]
  expect(await untilHealthy(url, 10_000, never)).toEqual([])
})

it('says what is wrong with each part that stays ill', async () => {
  components = [ill('registry', 'registry: its certificate has expired'), ill('database', 'database: no')]
  await expect(untilHealthy(url, 300, never)).rejects.toThrow(
    'registry: its certificate has expired; database: no',
  )
})

it('goes on without a registry that is somebody else’s, and tells why', async () => {
  components = [
    { name: 'database', status: 'healthy' },
    ill('registry', 'registry: its certificate is for another name'),
  ]
  const options = { mayBeIll: ['registry'], patienceMs: 100 }
  expect(await untilHealthy(url, 10_000, never, options)).toEqual([
    'registry: its certificate is for another name',
  ])
  components.push(ill('jobservice', 'jobservice: no'))
  await expect(untilHealthy(url, 500, never, options)).rejects.toThrow('jobservice: no')
})
