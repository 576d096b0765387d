import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCertificate, toPem } from '@berth/core/tokens'
import { quietPort, type ServerProcess, startChild } from '@berth/servers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { root } from '../start/build.ts'

// The files of deploy/nginx in a real nginx; only ports, paths and the gateway's address are exchanged.
let directory: string
let gateway: Server
let nginx: ServerProcess
let plainPort: number
let redirectPort: number
let tlsPort: number
let received: IncomingMessage[]

const conf = (file: string) => readFileSync(join(root, 'deploy/nginx', file), 'utf8')

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'berth-test-nginx-'))
  received = []
  gateway = createServer((req, res) => {
    received.push(req)
    // Echoes each piece as it comes: only a proxy that keeps nothing lets the client see it.
    res.writeHead(200, { 'content-type': 'application/octet-stream' })
    res.flushHeaders()
    req.pipe(res)
  }).listen(0, '127.0.0.1')
  plainPort = await quietPort()
  redirectPort = await quietPort()
  tlsPort = await quietPort()
  const { port } = gateway.address() as AddressInfo
  const local = (text: string, name: string, http: number) =>
    text
      .replaceAll('upstream gateway', `upstream ${name}`)
      .replaceAll('server gateway:8080', `server 127.0.0.1:${port}`)
      .replaceAll('listen 80;', `listen 127.0.0.1:${http};`)
      .replaceAll('listen 443', `listen 127.0.0.1:${tlsPort}`)
      .replaceAll('/etc/nginx/berth/proxy.conf', join(directory, `${name}.conf`))
      .replaceAll('/etc/nginx/tls', directory)
  for (const name of ['plain', 'tls'])
    writeFileSync(
      join(directory, `${name}.conf`),
      conf('proxy.conf').replace('http://gateway', `http://${name}`),
    )
  writeCertificate()
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${directory}/${name};`,
  )
  const config = `
    daemon off;
    ${process.getuid?.() === 0 ? 'user root;' : ''}
    pid ${directory}/pid;
    error_log stderr notice;
    events {}
    http {
      access_log off;
      ${paths.join('\n')}
      ${local(conf('berth.conf'), 'plain', plainPort)}
      ${local(conf('berth-tls.conf'), 'tls', redirectPort)}
    }`
  writeFileSync(join(directory, 'nginx.conf'), config)
  nginx = await startChild({
    name: 'nginx',
    command: '/usr/sbin/nginx',
    args: ['-c', join(directory, 'nginx.conf'), '-e', 'stderr'],
    ready: /start worker process /,
    stopSignal: 'SIGTERM',
  })
})

afterAll(async () => {
  await nginx?.stop()
  gateway?.close()
  gateway?.closeAllConnections()
  rmSync(directory, { recursive: true, force: true })
})

function writeCertificate() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const der = createCertificate({
    publicKey,
    commonName: 'localhost',
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
    issuer: { privateKey, publicKey, commonName: 'localhost' },
  })
  writeFileSync(join(directory, 'tls.crt'), toPem(der))
  writeFileSync(join(directory, 'tls.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
}

/** Sends one piece, waits for its echo, and only then sends the next. */
async function pieces(
  request: ReturnType<typeof httpRequest>,
  count: number,
  sizeBytes: number,
): Promise<number> {
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve)
    request.once('error', reject)
  })
  let echoedBytes = 0
  request.write(Buffer.alloc(sizeBytes))
  const stream = await response
  let waiting: (() => void) | undefined
  stream.on('data', (data: Buffer) => {
    echoedBytes += data.length
    waiting?.()
  })
  for (let piece = 1; piece <= count; piece++) {
    while (echoedBytes < piece * sizeBytes)
      await new Promise<void>((resolve) => {
        waiting = resolve
      })
    if (piece < count) request.write(Buffer.alloc(sizeBytes))
  }
  request.end()
  return echoedBytes
}

it('passes every piece of a layer on as it comes, in both directions', async () => {
  const request = httpRequest({
    port: plainPort,
    host: '127.0.0.1',
    method: 'PATCH',
    path: '/v2/a/b/blobs/uploads/x',
  })
  expect(await pieces(request, 4, 1_000)).toBe(4_000)
})

it('lets layers through that are larger than nginx’s own limit of 1 MiB', async () => {
  const response = await fetch(`http://127.0.0.1:${plainPort}/v2/`, {
    method: 'PUT',
    body: Buffer.alloc(3_000_000),
  })
  expect(response.status).toBe(200)
  expect((await response.arrayBuffer()).byteLength).toBe(3_000_000)
})

it('keeps host, encoded slashes and digests of the path as the client wrote them', async () => {
  await fetch(
    `http://127.0.0.1:${plainPort}/api/v2.0/projects/p/repositories/a%252Fb/artifacts/sha256:ab?q=x%3D~y`,
  )
  const last = received.at(-1)
  expect(last?.url).toBe('/api/v2.0/projects/p/repositories/a%252Fb/artifacts/sha256:ab?q=x%3D~y')
  expect(last?.headers.host).toBe(`127.0.0.1:${plainPort}`)
  expect(last?.headers['x-forwarded-proto']).toBe('http')
})

it('sends plain HTTP to TLS with method and body kept', async () => {
  const response = await fetch(`http://127.0.0.1:${redirectPort}/v2/?a=b`, { redirect: 'manual' })
  expect(response.status).toBe(308)
  expect(response.headers.get('location')).toBe('https://127.0.0.1/v2/?a=b')
})

it('ends TLS and tells the gateway so', async () => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const ca = readFileSync(join(directory, 'tls.crt'))
    const options = { port: tlsPort, host: '127.0.0.1', servername: 'localhost', ca, path: '/v2/' }
    // The certificate names its host in the common name only; the chain is what this test is about.
    httpsRequest({ ...options, checkServerIdentity: () => undefined }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode))
    })
      .on('error', reject)
      .end()
  })
  expect(status).toBe(200)
  expect(received.at(-1)?.headers['x-forwarded-proto']).toBe('https')
})
