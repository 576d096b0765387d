import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface Account {
  uid: number
  gid: number
  /** True when the account cannot reach the given paths without help, as in a clone under /root. */
  crossesPrivateDirectories: boolean
}

/**
 * The account for servers that refuse to run as root; undefined when we are not root ourselves.
 * `postgres` where the system has it, else `nobody`: no account is made on anybody's machine.
 */
export function unprivilegedAccount(paths: string[]): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  const line = lines.find((l) => l.startsWith('postgres:')) ?? lines.find((l) => l.startsWith('nobody:'))
  if (line === undefined) throw new Error('neither the account postgres nor nobody exists on this machine')
  const [, , uid, gid] = line.split(':').map(Number) as [number, number, number, number]
  const reaches = paths.every(
    (path) => spawnSync('/usr/bin/env', ['test', '-r', path], { uid, gid, stdio: 'ignore' }).status === 0,
  )
  return { uid, gid, crossesPrivateDirectories: !reaches }
}

/** Hands a directory and all in it over to the account. */
export function giveDirectory(path: string, account: Account | undefined): void {
  if (account) execFileSync('chown', ['-R', `${account.uid}:${account.gid}`, path])
}
