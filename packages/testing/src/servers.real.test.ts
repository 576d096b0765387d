import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { startMariadb, startRedis, startRegistry } from './index.ts'

// Somebody's self-signed P-256 certificate; its key was thrown away.
const certificate = `-----BEGIN CERTIFICATE-----
MIIBdDCCARugAwIBAgIUW4QqTgC6oS8zLpjAa/pmWKSChN4wCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjEwNzM4MDZaGA8yMTI2MTAyODA3Mzgw
NlowDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABKff
E8y5ZoSmGKlUfZwU7FoVjZOie7a8tONrv7m6YhWDMbRThbwxKP4FHqSwYFD6D7YR
GoaStbGJiDz47tfBfv+jUzBRMB0GA1UdDgQWBBTnHzXCRy4Bf2N1Sjme/XwXPutD
/DAfBgNVHSMEGDAWgBTnHzXCRy4Bf2N1Sjme/XwXPutD/DAPBgNVHRMBAf8EBTAD
AQH/MAoGCCqGSM49BAMCA0cAMEQCICEokyLVSI49v+4/ARCBKUzTZTCFtFLYVSNG
uBOAqgMzAiB01r1Q+0kW6xjRFoNZbKy11PsvKeG8vmIqdd635LuU1w==
-----END CERTIFICATE-----`

const stops: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const stop of stops) await stop()
})

it('starts three registries at once without a fixed port', async () => {
  const registries = await Promise.all([startRegistry(), startRegistry(), startRegistry()])
  stops.push(...registries.map((registry) => registry.stop))
  expect(new Set(registries.map((registry) => registry.url)).size).toBe(3)
  for (const registry of registries) expect((await fetch(`${registry.url}/v2/`)).status).toBe(200)
})

it('brings a killed registry back on the same address', async () => {
  const registry = await startRegistry()
  stops.push(registry.stop)
  await registry.kill()
  await expect(fetch(`${registry.url}/v2/`)).rejects.toThrow()
  await registry.restart()
  expect((await fetch(`${registry.url}/v2/`)).status).toBe(200)
})

it('asks for a token of the given service', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'berth-test-bundle-'))
  const bundlePath = join(directory, 'bundle.pem')
  await writeFile(bundlePath, certificate)
  const registry = await startRegistry({
    auth: { realm: 'http://127.0.0.1:1/service/token', service: 'berth-registry', issuer: 'i', bundlePath },
  })
  stops.push(registry.stop, () => rm(directory, { recursive: true }))
  const answer = await fetch(`${registry.url}/v2/`)
  expect(answer.status).toBe(401)
  expect(answer.headers.get('www-authenticate')).toBe(
    'Bearer realm="http://127.0.0.1:1/service/token",service="berth-registry"',
  )
})

it('starts two databases and two Redis side by side', async () => {
  const servers = await Promise.all([startMariadb(), startMariadb(), startRedis(), startRedis()])
  stops.push(...servers.map((server) => server.stop))
  expect(new Set(servers.map((server) => server.url)).size).toBe(4)
})
