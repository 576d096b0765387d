import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MODULE = 'github.com/opencontainers/distribution-spec/conformance'

/** What is missing on this machine, or what Go could not do: for a person to read. */
export class SuiteError extends Error {
  override name = 'SuiteError'
}

export interface OfficialSuite {
  /** As Go resolved it. */
  version: string
  /** Runs it against a registry; `output` is what it printed, `exitCode` 0 when all passed. */
  run(target: Target): Promise<{ exitCode: number; output: string; junit: string }>
  remove(): Promise<void>
}

export interface Target {
  url: string
  repository: string
  otherRepository: string
  username: string
  password: string
}

/**
 * The official suite, built from its Go module in a folder of its own. Nothing is left behind outside of it: Go's caches
 * are there too.
 *
 * @throws SuiteError
 */
export async function buildSuite(version: string): Promise<OfficialSuite> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-conformance-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  const env = {
    ...process.env,
    GOPATH: join(folder, 'path'),
    GOCACHE: join(folder, 'cache'),
    GOFLAGS: '-modcacherw',
    GOWORK: 'off',
  }
  try {
    const answer = await go(['mod', 'download', '-json', `${MODULE}@${version}`], { cwd: folder, env })
    const { Dir, Version } = JSON.parse(answer) as { Dir: string; Version: string }
    const source = join(folder, 'source')
    await cp(Dir, source, { recursive: true })
    const binary = join(folder, 'conformance')
    // Older versions are a test package, newer ones a program.
    const build = existsSync(join(source, 'main.go'))
      ? ['build', '-o', binary, '.']
      : ['test', '-c', '-o', binary, '.']
    await go(build, { cwd: source, env })
    return { version: Version, remove, run: (target) => run(binary, join(folder, 'results'), target) }
  } catch (error) {
    await remove()
    throw error
  }
}

async function run(binary: string, results: string, target: Target) {
  await mkdir(results, { recursive: true })
  const { exitCode, output } = await execute(binary, [], {
    cwd: results,
    env: { ...process.env, ...environment(target, results) },
    echo: true,
  })
  const junit = await readFile(join(results, 'junit.xml'), 'utf8').catch(() => '')
  return { exitCode, output, junit }
}

/** All four categories. The first block is what older versions of the suite read, the second is for newer ones. */
const environment = (target: Target, results: string): Record<string, string> => ({
  OCI_ROOT_URL: target.url,
  OCI_NAMESPACE: target.repository,
  OCI_CROSSMOUNT_NAMESPACE: target.otherRepository,
  OCI_USERNAME: target.username,
  OCI_PASSWORD: target.password,
  OCI_TEST_PULL: '1',
  OCI_TEST_PUSH: '1',
  OCI_TEST_CONTENT_DISCOVERY: '1',
  OCI_TEST_CONTENT_MANAGEMENT: '1',
  // A blob that a manifest needs is not deleted.
  OCI_DELETE_MANIFEST_BEFORE_BLOBS: '1',
  // A mount names its source; without one it is an upload, as the spec permits.
  OCI_AUTOMATIC_CROSSMOUNT: '0',
  OCI_HIDE_SKIPPED_WORKFLOWS: '0',
  OCI_REPORT_DIR: results,

  OCI_VERSION: '1.1',
  OCI_RESULTS_DIR: results,
  OCI_API_BLOBS_UPLOAD_CANCEL: 'true',
  OCI_API_BLOBS_DIGEST_HEADER: 'true',
  OCI_API_MANIFESTS_DIGEST_HEADER: 'true',
  OCI_API_BLOBS_MOUNT_ANONYMOUS: 'false',
  // Distribution stores manifests under sha256 only.
  OCI_DATA_SHA512: 'false',
})

async function go(args: string[], options: { cwd: string; env: NodeJS.ProcessEnv }): Promise<string> {
  const { exitCode, output, errors } = await execute('go', args, options)
  if (exitCode === 0) return output
  throw new SuiteError(`go ${args.slice(0, 2).join(' ')} failed:\n${output}${errors}`)
}

function execute(
  program: string,
  args: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; echo?: boolean },
): Promise<{ exitCode: number; output: string; errors: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let [output, errors] = ['', '']
    child.stdout.on('data', (chunk) => {
      output += chunk
      if (options.echo) process.stdout.write(chunk)
    })
    child.stderr.on('data', (chunk) => {
      errors += chunk
      if (options.echo) process.stderr.write(chunk)
    })
    child.on('error', () =>
      reject(new SuiteError(`${program} is not installed; the official suite needs Go 1.24 or newer`)),
    )
    child.on('close', (code) => resolve({ exitCode: code ?? 1, output, errors }))
  })
}
