import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRegistryClient, createTlsFetch, type RegistryClient } from '@berth/registry-client'
import { conformanceCases } from '@berth/registry-client/conformance'
import { createAuthority, startRegistry, type TestRegistry } from '@berth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let folder: string
let registry: TestRegistry
let client: RegistryClient

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-tls-'))
  const authority = createAuthority()
  const { certificatePem, keyPem } = authority.issue(['127.0.0.1'])
  const tls = { certificatePath: join(folder, 'tls.pem'), keyPath: join(folder, 'tls.key') }
  await writeFile(tls.certificatePath, certificatePem)
  await writeFile(tls.keyPath, keyPem)
  registry = await startRegistry({ tls })
  client = createRegistryClient({ baseUrl: registry.url, fetch: createTlsFetch(authority.certificatePem) })
})
afterAll(async () => {
  await registry.stop()
  await rm(folder, { recursive: true, force: true })
})

describe('a registry whose certificate comes from an authority of its own', () => {
  it.each(conformanceCases)('$guarantee', ({ run }) =>
    run({ client, capabilities: { tagPages: false, referrersApi: false } }),
  )

  it('is not trusted by anybody who was not told of the authority', async () => {
    const stranger = createRegistryClient({ baseUrl: registry.url })
    await expect(stranger.ping()).rejects.toMatchObject({ code: 'CERTIFICATE_NOT_TRUSTED' })
  })

  it('ends a request whose caller gives up', async () => {
    const reason = new Error('enough')
    await expect(client.ping({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })
})
