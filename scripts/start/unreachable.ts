import { connect } from 'node:net'
import { type SettingProblem, settings as table } from '@berth/core/settings'
import type { StartSettings } from './settings.ts'

type Named = Pick<StartSettings, 'databaseUrl' | 'redisUrl'>

/**
 * What of an outside database and Redis takes no connection, as problems for the list: asked before anything is built
 * or started. A registry may be away: Berth is of use without it.
 */
export async function unreachable(
  { databaseUrl, redisUrl }: Named,
  limitMs = 5_000,
): Promise<SettingProblem[]> {
  const found = await Promise.all([
    databaseUrl && problemOf('DATABASE_URL', databaseUrl, limitMs),
    redisUrl && problemOf('REDIS_URL', redisUrl, limitMs),
  ])
  return found.filter((problem) => problem !== undefined && problem !== '')
}

const usualPorts: Record<string, number> = {
  'mysql:': 3306,
  'mariadb:': 3306,
  'redis:': 6379,
  'rediss:': 6379,
}

async function problemOf(
  name: 'DATABASE_URL' | 'REDIS_URL',
  text: string,
  limitMs: number,
): Promise<SettingProblem | undefined> {
  const url = new URL(text)
  // A socket in the file system, or a host of its own, which only the driver knows to read.
  if (url.searchParams.has('host') || url.searchParams.has('socketPath')) return undefined
  const port = Number(url.port) || (usualPorts[url.protocol] ?? 5432)
  const why = await refusal(url.hostname.replace(/^\[|\]$/g, ''), port, limitMs)
  if (why === undefined) return undefined
  return {
    names: [name],
    problem: `leads to ${url.hostname}:${port}, and ${why}`,
    cure: `Start what it leads to, or mend the address. ${table[name].cure}`,
  }
}

function refusal(host: string, port: number, limitMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: limitMs })
    const done = (why?: string) => {
      socket.destroy()
      resolve(why)
    }
    socket.once('connect', () => done())
    socket.once('timeout', () => done(`nothing answers there within ${limitMs / 1_000} s`))
    socket.once('error', (error: NodeJS.ErrnoException) => done(words[error.code ?? ''] ?? error.message))
  })
}

const words: Record<string, string> = {
  ECONNREFUSED: 'connections are refused there',
  ENOTFOUND: 'that name cannot be resolved',
  EAI_AGAIN: 'that name cannot be resolved',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
}
