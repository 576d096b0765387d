import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Core, createCore, SYSTEM } from '@berth/core'
import { createMember } from '@berth/core/members'
import { notificationsSecret } from '@berth/core/notifications'
import { createProject } from '@berth/core/projects'
import { writeCertificateBundle } from '@berth/core/tokens'
import { createUser, setSysadmin } from '@berth/core/users'
import { quietPort } from '@berth/servers'
import { cheapHash, startRegistry, type TestDatabase, type TestRegistry, testDatabase } from '@berth/testing'
import { apiHandler } from '../src/api-mount.ts'
import { trustedProxies } from '../src/client-address.ts'
import type { GatewayOptions } from '../src/gateway.ts'
import { type RunningGateway, startGateway } from '../src/server.ts'

export const roles = { admin: 1, developer: 2, guest: 3, maintainer: 4, limitedGuest: 5 } as const
export const PASSWORD = 'Correct-horse-1'
const passwordHash = cheapHash(PASSWORD)

/** A gateway in this process, before the real registry that trusts its tokens, on a database of its own. */
export interface TestBerth {
  url: string
  port: number
  core: Core
  database: TestDatabase
  registry: TestRegistry
  gateway: RunningGateway
  /** Lines that the gateway logged at `warn` or above. */
  logged: string[]
  addUser(username: string): Promise<number>
  addProject(
    name: string,
    options?: { public?: boolean; members?: Record<string, keyof typeof roles> },
  ): Promise<number>
  close(): Promise<void>
}

export async function startBerth(
  options: Partial<GatewayOptions> = {},
  { notifies = false }: { notifies?: boolean } = {},
): Promise<TestBerth> {
  const port = await quietPort()
  const url = `http://127.0.0.1:${port}`
  const database = await testDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'berth-gateway-'))
  const settings = { databaseUrl: database.url, secretKey: 'a secret key for the tests of the gateway' }
  const first = createCore({ ...settings, externalUrl: url, registryUrl: 'http://127.0.0.1:1' })
  const bundlePath = join(folder, 'bundle.pem')
  await writeCertificateBundle(first, bundlePath)
  await first.close()
  const registry = await startRegistry({
    auth: {
      realm: `${url}/service/token`,
      service: 'berth-registry',
      issuer: 'berth-token-issuer',
      bundlePath,
    },
    ...(notifies
      ? { notifications: { url: `${url}/service/notifications`, secret: notificationsSecret(first) } }
      : {}),
  })
  const core = createCore({ ...settings, externalUrl: url, registryUrl: registry.url })
  const logged: string[] = []
  const gateway = await startGateway({
    core,
    port,
    host: '127.0.0.1',
    api: apiHandler(core, trustedProxies([])),
    log: (level, message, facts) => {
      if (level !== 'info') logged.push(`${level} ${message} ${String(facts?.error ?? '')}`)
    },
    ...options,
  })
  const ids = new Map<string, number>()
  return {
    url,
    port,
    core,
    database,
    registry,
    gateway,
    logged,
    async addUser(username) {
      const profile = { email: `${username}@example.com`, realname: username }
      const id = await createUser(core, SYSTEM, { username, password: PASSWORD, ...profile })
      await core.db.prisma.user.update({ where: { id }, data: { passwordHash } })
      if (username === 'root') await setSysadmin(core, SYSTEM, id, true)
      ids.set(username, id)
      return id
    },
    async addProject(name, { public: isPublic = false, members = {} } = {}) {
      const id = await createProject(core, SYSTEM, { name, public: isPublic })
      for (const [username, role] of Object.entries(members))
        await createMember(core, SYSTEM, { id }, { userId: ids.get(username)!, roleId: roles[role] })
      return id
    },
    async close() {
      await gateway.close(0)
      await registry.stop()
      await core.close()
      await database.drop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
