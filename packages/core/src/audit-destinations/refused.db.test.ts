import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { record, sealLines } from '../audit/index.ts'
import { SYSTEM } from '../authorization/index.ts'
import { type Core, createCore } from '../context/index.ts'
import { forwardAuditLines } from './forward.ts'
import { createDestination, getDestination, losingDestinations } from './index.ts'
import { startHttp } from './receivers.fixture.ts'

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
/** Each beyond the longest wait. */
async function look(times: number) {
  const done = []
  for (let n = 0; n < times; n++) {
    aheadMs += 301_000
    done.push(...(await forwardAuditLines(core, new AbortController().signal)))
  }
  return done
}

it.each([400, 413])(
  'a line that a receiver alone refuses with %i becomes a gap with an alarm, and the others go on',
  async (status) => {
    const taken: Record<string, unknown>[] = []
    const receiver = await startHttp((response, body) => {
      const refused = body.includes('poison')
      if (!refused) taken.push(...JSON.parse(body))
      response.writeHead(refused ? status : 200).end()
    })
    const id = await createDestination(core, SYSTEM, {
      name: `to ${status}`,
      kind: 'http',
      address: receiver.url,
    })
    await write('a', 'b', 'poison', 'c')
    expect(await losingDestinations(core)).not.toContain(`to ${status}`)
    const done = await look(12)
    const gap = taken.findIndex(({ kind }) => kind === 'gap')
    expect(
      taken.filter(({ resource_type }) => resource_type === 'label').map(({ resource }) => resource),
    ).toEqual(['a', 'b', 'c'])
    expect(taken[gap]).toMatchObject({
      first_position: Number(taken[gap - 1]!.position) + 1,
      last_position: Number(taken[gap + 1]!.position) - 1,
      message: expect.stringContaining('refused'),
    })
    expect(await getDestination(core, SYSTEM, id)).toMatchObject({
      lost: 1,
      state: 'losing',
      backlog: { lines: 0 },
    })
    expect(await losingDestinations(core)).toContain(`to ${status}`)
    expect(done.some(({ problem }) => problem?.includes('was left out'))).toBe(true)
    await receiver.close()
  },
  30_000,
)

it('a receiver that refuses whatever it is sent loses nothing', async () => {
  const receiver = await startHttp((response) => response.writeHead(400).end())
  const id = await createDestination(core, SYSTEM, { name: 'wrong', kind: 'http', address: receiver.url })
  await write('a', 'b')
  await look(12)
  expect(await getDestination(core, SYSTEM, id)).toMatchObject({ lost: 0, state: 'retrying', delivered: 0 })
  await receiver.close()
}, 30_000)
