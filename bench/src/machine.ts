import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { repositoryRoot } from '@berth/testing/berth'

const firstLine = (command: string, args: string[]): string => {
  try {
    return execFileSync(command, args, { encoding: 'utf8', cwd: repositoryRoot }).split('\n')[0]!.trim()
  } catch {
    return 'not found'
  }
}

/** What a reader must know before comparing this run with another. */
export function describeMachine(provider: string): string[] {
  const processors = cpus()
  const system = /PRETTY_NAME="(.*)"/.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'unknown system'
  const commit = firstLine('git', ['rev-parse', '--short', 'HEAD'])
  const changed = firstLine('git', ['status', '--porcelain', '--untracked-files=no'])
  return [
    `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, commit ${commit}${changed && changed !== 'not found' ? ' with local changes' : ''}`,
    `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${system}, Linux ${release()}`,
    `Node ${process.version}, ${provider}, registry ${firstLine('docker-registry', ['--version'])}`,
    `load average at the start: ${loadavg()
      .map((load) => load.toFixed(1))
      .join(' ')}`,
  ]
}
