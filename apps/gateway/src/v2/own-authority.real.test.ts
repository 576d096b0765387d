import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SYSTEM } from '@berth/core'
import { checkRegistries, getRegistry } from '@berth/core/registries'
import { workReplicationsNow } from '@berth/core/replications'
import {
  createRegistryClient,
  createTlsFetch,
  parseReference,
  parseRepositoryName,
} from '@berth/registry-client'
import { createAuthority, image, push, startRegistry, type TestRegistry } from '@berth/testing'

import { afterAll, beforeAll, expect, test } from 'vitest'
import { PASSWORD, startBerth, type TestBerth } from '../../test/berth.ts'

// Plain distribution over TLS, with a certificate of an authority that no system knows, as Harbor's clients set it up.
const authority = createAuthority('Of this site')
const strangers = createAuthority('Of somebody else')
let berth: TestBerth
let registry: TestRegistry
let folder: string
const files = () => ({ certificatePath: join(folder, 'tls.pem'), keyPath: join(folder, 'tls.key') })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-own-authority-'))
  await present(['127.0.0.1'])
  ;[berth, registry] = await Promise.all([startBerth(), startRegistry({ tls: files() })])
  await berth.addUser('root')
  await berth.addProject('team')
})
afterAll(async () => {
  await Promise.all([berth?.close(), registry?.stop()])
  await rm(folder, { recursive: true, force: true })
})

/** From the next start on the registry has a certificate for these names. */
async function present(names: string[], validForMs?: number): Promise<void> {
  const { certificatePem, keyPem } = authority.issue(names, validForMs)
  await writeFile(files().certificatePath, certificatePem)
  await writeFile(files().keyPath, keyPem)
}

async function api(method: string, path: string, body?: object) {
  const answer = await fetch(`${berth.url}/api/v2.0${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`root:${PASSWORD}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return {
    status: answer.status,
    id: Number(answer.headers.get('location')?.split('/').at(-1)),
    data: text === '' ? undefined : JSON.parse(text),
  }
}
const site = (more: object) => ({ name: 'site', type: 'docker-registry', url: registry.url, ...more })
const said = (words: string) => ({
  status: 400,
  data: { errors: [{ message: expect.stringContaining(words) }] },
})
const NOT_TRUSTED = 'its certificate is not signed by an authority that Berth trusts'
const trusted = { ca_certificate: authority.certificatePem }

/** Starts a run and gives it with its first task, once nothing is due now. */
async function run(policyId: number) {
  const { id } = await api('POST', '/replication/executions', { policy_id: policyId })
  await workReplicationsNow(berth.core)
  const { data: execution } = await api('GET', `/replication/executions/${id}`)
  const { data: tasks } = await api('GET', `/replication/executions/${id}/tasks`)
  return { execution, tasks }
}

test('a registry with a certificate of its own authority is reached with that authority alone, and takes images', async () => {
  const attempts: [object, string][] = [
    [{}, NOT_TRUSTED],
    [{ ca_certificate: strangers.certificatePem }, NOT_TRUSTED],
    [{ ca_certificate: 'no certificate' }, 'certificates in PEM'],
  ]
  for (const [more, words] of attempts) {
    expect(await api('POST', '/registries/ping', site(more))).toMatchObject(said(words))
    expect(await api('POST', '/registries', site(more))).toMatchObject(said(words))
  }
  for (const more of [trusted, { ca_certificate: `${strangers.certificatePem}${authority.certificatePem}` }])
    expect((await api('POST', '/registries/ping', site(more))).status).toBe(200)
  expect((await api('POST', '/registries/ping', site({ insecure: true }))).status).toBe(200)

  const { id } = await api('POST', '/registries', site(trusted))
  expect((await api('GET', `/registries/${id}`)).data).toMatchObject({ status: 'healthy', ...trusted })
  const one = image('over tls', { layers: ['a layer'] })
  await push(berth.core, 'team/app', one, 'v1')
  const { id: policyId } = await api('POST', '/replication/policies', {
    ...{ name: 'there', dest_registry: { id }, enabled: true, override: true },
    filters: [{ type: 'name', value: 'team/**' }],
  })
  expect((await run(policyId)).execution).toMatchObject({ status: 'Succeed', succeed: 1 })
  const fetch = createTlsFetch(authority.certificatePem)
  const there = createRegistryClient({ baseUrl: registry.url, fetch })
  const held = await there.headManifest(parseRepositoryName('team/app'), parseReference('v1'))
  expect(held?.digest).toBe(one.digest)

  const { id: back } = await api('POST', '/replication/policies', {
    ...{ name: 'back', src_registry: { id }, enabled: true, override: true },
    ...{ filters: [{ type: 'name', value: 'team/app' }], dest_namespace: 'pulled' },
  })
  expect((await run(back)).execution).toMatchObject({ status: 'Succeed', succeed: 1 })

  // The certificate changes under a registry that is stored: the look at it, the test of it and each run say why.
  const wrong: [() => Promise<void>, string][] = [
    [() => present(['registry.example']), 'its certificate is for another name'],
    [() => present(['127.0.0.1'], 60_000), 'its certificate has expired'],
  ]
  for (const [change, words] of wrong) {
    await change()
    await registry.restart()
    expect(await api('POST', '/registries/ping', { id })).toMatchObject(said(words))
    expect(await api('POST', '/registries/ping', site(trusted))).toMatchObject(said(words))
    await berth.core.db.prisma.registry.update({
      where: { id },
      data: { checkedAt: null, status: 'healthy' },
    })
    await checkRegistries(berth.core, new AbortController().signal)
    expect(await getRegistry(berth.core, SYSTEM, id)).toMatchObject({
      status: 'unhealthy',
      statusMessage: words,
    })
    const { execution, tasks } = await run(policyId)
    expect(JSON.stringify([execution, tasks])).toContain(words)
  }
})
