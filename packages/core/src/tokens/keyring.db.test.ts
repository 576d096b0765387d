import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ANONYMOUS, SYSTEM } from '../authorization/index.ts'
import { updateConfigurations } from '../configurations/index.ts'
import { type Core, createCore } from '../context/index.ts'
import { certificateBundle, issueToken, rotateSigningKey, verifyToken } from './index.ts'

let database: TestDatabase
let core: Core
let clockMs = Date.now()

const openCore = (secretKey = 'a secret key for the tests of the keyring', databaseUrl = database.url) =>
  createCore({
    databaseUrl,
    secretKey,
    externalUrl: 'http://berth.test',
    registryUrl: 'http://registry.test',
    poolSize: 2,
    now: () => clockMs,
  })

beforeAll(async () => {
  database = await testDatabase()
  core = openCore()
})
afterAll(async () => {
  await core.close()
  await database.drop()
})

const issue = async () => (await issueToken(core, ANONYMOUS, { service: 'berth-registry', scopes: [] })).token
const kidOf = (token: string): string =>
  JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()).kid

test('nodes that start at the same time share one key', async () => {
  const fresh = await testDatabase()
  const nodes = Array.from({ length: 4 }, () => openCore(undefined, fresh.url))
  try {
    const bundles = await Promise.all(nodes.map((node) => certificateBundle(node)))
    expect(new Set(bundles).size).toBe(1)
    expect(await fresh.db.prisma.signingKey.count()).toBe(1)
  } finally {
    await Promise.all(nodes.map((node) => node.close()))
    await fresh.drop()
  }
})

test('the database alone does not give the key away, and another secret is named as the cause', async () => {
  await issue()
  const [row] = await database.db.prisma.signingKey.findMany()
  expect(row!.privateKeyEncrypted).not.toContain('PRIVATE')
  const other = openCore('another secret key, also long enough')
  await expect(certificateBundle(other)).rejects.toThrow(/BERTH_SECRET_KEY/)
  await other.close()
})

test('rotation: old tokens live on, new ones carry the new key, other nodes follow, and a revoked key ends', async () => {
  const other = openCore()
  const before = await issue()
  await verifyToken(other, before)
  const { kid } = await rotateSigningKey(core)
  clockMs += 2_001
  const after = await issue()
  expect(kidOf(after)).toBe(kid)
  for (const node of [core, other]) {
    await expect(verifyToken(node, before)).resolves.toBeDefined()
    await expect(verifyToken(node, after)).resolves.toBeDefined()
  }
  expect((await certificateBundle(core)).match(/BEGIN/g)).toHaveLength(2)
  await database.db.prisma.signingKey.delete({ where: { kid: kidOf(before) } })
  clockMs += 60_001
  await expect(verifyToken(other, before)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  await other.close()
})

test('a rotation right after tokens were made shorter leaves the long ones their time, and later ones are quick', async () => {
  const MINUTE_MS = 60_000
  const live = async (minutes: number) => {
    await updateConfigurations(core, SYSTEM, { token_expiration: minutes })
    clockMs += 3_001
  }
  await live(600)
  const long = await issue()
  await live(60)
  await live(1)
  await rotateSigningKey(core)
  const other = openCore()
  clockMs += 590 * MINUTE_MS
  for (const node of [core, other]) await expect(verifyToken(node, long)).resolves.toBeDefined()
  clockMs += 20 * MINUTE_MS
  for (const node of [core, other])
    await expect(verifyToken(node, long)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  const short = await issue()
  await rotateSigningKey(core)
  const [row] = await database.db.prisma.signingKey.findMany({ where: { kid: kidOf(short) } })
  expect(row!.expiresAt.getTime() - clockMs).toBe(6 * MINUTE_MS)
  await other.close()
  await live(30)
})
