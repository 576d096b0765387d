import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Outcome {
  code: number
  stdout: string
  stderr: string
}

/** Runs a program to its end; a failure is an outcome, not an exception. */
export function runProgram(program: string, args: string[], timeoutMs = 120_000): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : 1) : 0
      resolve({ code, stdout, stderr })
    })
  })
}

export interface Credentials {
  username: string
  password: string
}

/** skopeo against one registry host, as one person or as nobody. */
export class Skopeo {
  private host: string
  private credentials: Credentials | undefined

  constructor(registryUrl: string, credentials?: Credentials) {
    this.host = new URL(registryUrl).host
    this.credentials = credentials
  }

  private login(side: 'src' | 'dest'): string[] {
    const flag = this.credentials
      ? [`--${side}-creds=${this.credentials.username}:${this.credentials.password}`]
      : [`--${side}-no-creds`]
    return [`--${side}-tls-verify=false`, ...flag]
  }

  private async run(command: string, args: string[]): Promise<Outcome> {
    // Debian's skopeo ships no policy file when installed without its recommended packages.
    const folder = await mkdtemp(join(tmpdir(), 'berth-skopeo-'))
    try {
      const policy = join(folder, 'policy.json')
      await writeFile(policy, JSON.stringify({ default: [{ type: 'insecureAcceptAnything' }] }))
      return await runProgram('skopeo', ['--policy', policy, command, ...args])
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  /** `layout`: folder[:tag]. Every platform of an index travels. */
  push(layout: string, reference: string): Promise<Outcome> {
    return this.run('copy', [
      '--all',
      '--preserve-digests',
      ...this.login('dest'),
      `oci:${layout}`,
      `docker://${this.host}/${reference}`,
    ])
  }

  pull(reference: string, folder: string): Promise<Outcome> {
    return this.run('copy', [
      '--all',
      '--preserve-digests',
      ...this.login('src'),
      `docker://${this.host}/${reference}`,
      `oci:${folder}:pulled`,
    ])
  }

  inspectRaw(reference: string): Promise<Outcome> {
    const creds = this.credentials
      ? [`--creds=${this.credentials.username}:${this.credentials.password}`]
      : ['--no-creds']
    return this.run('inspect', [
      '--raw',
      '--tls-verify=false',
      ...creds,
      `docker://${this.host}/${reference}`,
    ])
  }
}
