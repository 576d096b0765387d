import { randomBytes } from 'node:crypto'
import { SYSTEM } from '@berth/core'
import { createRegistry } from '@berth/core/registries'
import {
  createPolicy,
  getReplication,
  type PolicyInput,
  startReplication,
  workReplicationsNow,
} from '@berth/core/replications'
import {
  createRegistryClient,
  parseReference,
  parseRepositoryName,
  type RegistryClient,
} from '@berth/registry-client'
import { image, index } from '@berth/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PASSWORD, startBerth, type TestBerth } from '../../test/berth.ts'
import { expectWhole, type PlainRegistry, pushTo, startPlainRegistry } from '../../test/plain-registry.ts'

// A Berth and two plain distributions by policies and the worker: one with accounts of its own, one with a token server,
// which is that of another Berth, whose gateway is passed by.
let berth: TestBerth
let other: TestBerth
let plain: PlainRegistry
let ids: { accounts: number; tokens: number }
let clients: { accounts: RegistryClient; tokens: RegistryClient; berth: RegistryClient }
beforeAll(async () => {
  ;[berth, other, plain] = await Promise.all([startBerth(), startBerth(), startPlainRegistry()])
  for (const one of [berth, other]) {
    await one.addUser('dev')
    await one.addProject('team', { members: { dev: 'developer' } })
  }
  const dev = { username: 'dev', password: PASSWORD }
  clients = {
    accounts: plain.client,
    tokens: createRegistryClient({
      baseUrl: other.registry.url,
      credentials: dev,
      allowRealm: () => true,
    }),
    berth: createRegistryClient({ baseUrl: berth.url, credentials: dev }),
  }
  ids = {
    accounts: await addRegistry('accounts', plain.url, plain.account),
    tokens: await addRegistry('tokens', other.registry.url, dev),
  }
})
afterAll(async () => {
  await Promise.all([berth?.close(), other?.close(), plain?.stop()])
})

async function addRegistry(name: string, url: string, who: PlainRegistry['account']): Promise<number> {
  const credential = { accessKey: who.username, accessSecret: who.password }
  await createRegistry(berth.core, SYSTEM, { name, url, type: 'docker-registry', ...credential })
  return (await berth.core.db.prisma.registry.findUniqueOrThrow({ where: { name } })).id
}

async function run(name: string, policy: PolicyInput) {
  const policyId = await createPolicy(berth.core, SYSTEM, {
    name,
    enabled: true,
    override: true,
    replaceCount: -1,
    ...policy,
  })
  const once = async () => {
    const id = await startReplication(berth.core, SYSTEM, policyId)
    await workReplicationsNow(berth.core)
    return getReplication(berth.core, SYSTEM, id)
  }
  expect(await once()).toMatchObject({ status: 'Success', tasks: { Success: 1, Error: 0 } })
  expect((await once()).statusMessage).toMatch(/tags are in step$/)
}

test('an index with a signature goes by policies from accounts to Berth, to tokens, and all the way back', async () => {
  const children = [
    image('amd64', { layers: [randomBytes(400_000), 'shared'] }),
    image('arm64', { layers: [randomBytes(300_000), 'shared'] }),
  ]
  const both = index(children)
  const signature = image('signature')
  const signed = `${both.digest.replace(':', '-')}.sig`
  for (const child of children) await pushTo(clients.accounts, 'source/app', child)
  await pushTo(clients.accounts, 'source/app', both, 'v1')
  await pushTo(clients.accounts, 'source/app', signature, signed)
  const all = [...children, both, signature]
  const named = (value: string) => [
    { type: 'name', value },
    { type: 'tag', value: 'v1' },
  ]
  const legs = [
    { srcRegistryId: ids.accounts, from: 'source/app', to: 'team/in', at: clients.berth },
    { destRegistryId: ids.tokens, from: 'team/in/app', to: 'team/there', at: clients.tokens },
    { srcRegistryId: ids.tokens, from: 'team/there/app', to: 'team/back', at: clients.berth },
    { destRegistryId: ids.accounts, from: 'team/back/app', to: 'returned', at: clients.accounts },
  ]
  for (const { from, to, at, ...sides } of legs) {
    await run(to, { ...sides, destNamespace: to, replaceCount: -1, filters: named(from) })
    const target = `${to}/app`
    await expectWhole(at, target, ...all)
    for (const [tag, { digest }] of [
      ['v1', both],
      [signed, signature],
    ] as const)
      expect((await at.headManifest(parseRepositoryName(target), parseReference(tag)))?.digest).toBe(digest)
  }
}, 60_000)
