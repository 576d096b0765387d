import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { record, sealLines } from '../audit/index.ts'
import { SYSTEM } from '../authorization/index.ts'
import { updateConfigurations } from '../configurations/index.ts'
import { type Core, createCore } from '../context/index.ts'
import { forwardAuditLines } from './forward.ts'
import { deleteDestination, getDestination, listDestinations } from './index.ts'
import { jsonOf, startSyslog } from './receivers.fixture.ts'

let database: TestDatabase
let core: Core
let aheadMs = 0
beforeAll(async () => {
  database = await testDatabase()
  core = createCore({
    databaseUrl: database.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://berth.test',
    registryUrl: 'http://127.0.0.1:9',
    poolSize: 5,
    now: () => Date.now() + aheadMs,
  })
})
afterAll(async () => {
  await core.close()
  await database.drop()
})

async function write(...resources: string[]): Promise<void> {
  await core.db.transaction(async (tx) => {
    for (const resource of resources)
      await record(core, tx, { resourceType: 'label', action: 'create', actor: SYSTEM, resource })
  })
  while ((await sealLines(core))?.sealed) {}
}

it("Harbor's setting makes a destination, moves it and takes it away", async () => {
  const receiver = await startSyslog()
  onTestFinished(() => receiver.close())
  const look = async () => {
    aheadMs += 4_000
    await forwardAuditLines(core, new AbortController().signal)
    return (await listDestinations(core, SYSTEM)).filter(({ configured }) => configured)
  }
  await updateConfigurations(core, SYSTEM, { audit_log_forward_endpoint: receiver.address })
  const [made] = await look()
  expect(made).toMatchObject({
    name: 'audit_log_forward_endpoint',
    kind: 'syslog',
    address: receiver.address,
  })
  await write('a', 'b', 'c')
  await vi.waitFor(async () => {
    await look()
    expect((await getDestination(core, SYSTEM, made!.id)).backlog.lines).toBe(0)
  })
  const resources = receiver.messages.map((message) => jsonOf(message).resource)
  expect(resources.filter((resource) => /^[abc]$/.test(resource ?? ''))).toEqual(['a', 'b', 'c'])
  await expect(deleteDestination(core, SYSTEM, made!.id)).rejects.toThrow('change it there')
  await updateConfigurations(core, SYSTEM, { audit_log_forward_endpoint: '127.0.0.1:1' })
  expect(await look()).toMatchObject([{ id: made!.id, address: '127.0.0.1:1' }])
  await updateConfigurations(core, SYSTEM, { audit_log_forward_endpoint: '' })
  expect(await look()).toEqual([])
  await expect(updateConfigurations(core, SYSTEM, { audit_log_forward_endpoint: 'no port' })).rejects.toThrow(
    'not valid',
  )
}, 60_000)
