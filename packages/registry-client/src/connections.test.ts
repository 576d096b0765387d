import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { createRegistryClient } from './client.ts'
import { digestOf } from './digest.ts'
import { parseRepositoryName, parseTag } from './reference.ts'

it('requests that follow each other take one connection of each kind, whatever was asked', async () => {
  let connections = 0
  const bytes = Buffer.from('{}')
  const server = createServer((_request, answer) => {
    answer.writeHead(200, {
      'content-type': 'application/vnd.oci.image.manifest.v1+json',
      'content-length': bytes.byteLength,
      'docker-content-digest': digestOf(bytes),
    })
    answer.end(bytes)
  })
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const client = createRegistryClient({
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    })
    const [repository, tag] = [parseRepositoryName('team/app'), parseTag('v1')]
    for (let n = 0; n < 5; n++) {
      await client.headManifest(repository, tag)
      await client.headBlob(repository, digestOf(bytes))
      await client.getManifest(repository, tag)
    }
    // One for what has bodies and one for what has none.
    expect(connections).toBe(2)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})
