import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient } from '@berth/contract'
import { administrator, freshBerth, pidOf, type RunningBerth } from '@berth/testing/berth'
import { environmentOf } from './processes.ts'

/** A whole running Berth, and what a bench must know of its inside: where its database and its registry listen. */
export interface World {
  berth: RunningBerth
  url: string
  databaseUrl: string
  registryUrl: string
  pids: { gateway: number; registry: number }
  /** Header `authorization` of the administrator. */
  admin: string
  api: ReturnType<typeof createClient>
  createUser(username: string): Promise<{ authorization: string }>
}

// Of every part: an interrupted bench leaves no server behind.
const running = new Set<RunningBerth>()

export async function stopAllWorlds(): Promise<void> {
  await Promise.allSettled([...running].map((berth) => berth.stop()))
}

export const basic = (username: string, password: string) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

const memberPassword = 'Bench-Member-1'

export async function openWorld(): Promise<World> {
  // Indexes over millions of lines are sorted in memory then, and not in ten passes over files.
  const fresh = await freshBerth({}, undefined, ['--innodb-sort-buffer-size=64M'])
  let stopped: Promise<void> | undefined
  const berth: RunningBerth = {
    ...fresh,
    stop() {
      stopped ??= fresh.stop().finally(() => running.delete(berth))
      return stopped
    },
  }
  running.add(berth)
  try {
    const gateway = await pidOf(berth.dataDir, 'gateway')
    const registry = await pidOf(berth.dataDir, 'registry')
    const told = await environmentOf(gateway)
    const admin = basic(administrator.username, administrator.password)
    const api = createClient({
      baseUrl: `${berth.url}/api/v2.0`,
      fetch: (input, init) => {
        const headers = new Headers(init?.headers)
        headers.set('authorization', admin)
        return fetch(input, { ...init, headers })
      },
    })
    return {
      berth,
      url: berth.url,
      databaseUrl: told.DATABASE_URL!,
      registryUrl: told.REGISTRY_URL!.replace(/\/$/, ''),
      pids: { gateway, registry },
      admin,
      api,
      async createUser(username) {
        await api.call('createUser', {
          body: {
            username,
            password: memberPassword,
            email: `${username}@example.com`,
            realname: username,
            comment: '',
          },
        })
        return { authorization: basic(username, memberPassword) }
      },
    }
  } catch (error) {
    await berth.stop()
    throw error
  }
}

/** What the embedded Postgres wrote to its log so far. */
export const postgresLog = ({ berth }: World) => readFile(join(berth.dataDir, 'logs/postgres.log'), 'utf8')
