import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../start/build.ts'
import { type Counts, countPlaywright, countVitest } from './counts.ts'

export interface Stage {
  name: string
  /** It mostly waits: for lines that are slow on purpose, for limits to run out, for programs to start. */
  idles?: true
  /**
   * `reportDir`: an empty directory of this run, for reports and the output of failed journeys. What is printed goes to the
   * file `log`, if there is one.
   */
  run(reportDir: string, log?: string): Promise<Counts>
}

const bin = (name: string) => join(root, 'node_modules/.bin', name)

/** Runs a command with its output shown, or written to the file `log`, and gives its exit status. */
export function runCommand(
  file: string,
  args: string[],
  options: { cwd?: string; env?: Record<string, string>; log?: string } = {},
): Promise<number> {
  return new Promise((resolve) => {
    const out = options.log === undefined ? 'inherit' : openSync(options.log, 'a')
    const child = spawn(file, args, {
      cwd: options.cwd ?? root,
      // Colour codes in a file or a pipe help nobody.
      env: { ...process.env, ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }), ...options.env },
      stdio: ['ignore', out, out],
    })
    const passOn = (signal: NodeJS.Signals) => child.kill(signal)
    process.on('SIGINT', passOn).on('SIGTERM', passOn)
    const closeLog = () => {
      if (out !== 'inherit') closeSync(out)
    }
    child.once('error', (error) => {
      closeLog()
      console.error(error.message)
      resolve(127)
    })
    child.once('close', (code) => {
      closeLog()
      process.off('SIGINT', passOn).off('SIGTERM', passOn)
      resolve(code ?? 1)
    })
  })
}

/** A check that is one test: it passes or it does not. */
const check = (name: string, commands: [string, string[], string?][]): Stage => ({
  name,
  async run(_reportDir, log) {
    let passed = true
    for (const [file, args, cwd] of commands) {
      if ((await runCommand(file, args, { cwd: cwd ? join(root, cwd) : root, log })) !== 0) passed = false
    }
    return passed ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
  },
})

/** Reads a report; a command that failed without a failed test, or without a report, counts as one failure. */
export function settle(status: number, report: Counts | undefined): Counts {
  if (report === undefined) return { passed: 0, failed: 1 }
  const { passed, failed } = report
  if (passed + failed === 0 || (status !== 0 && failed === 0)) return { passed, failed: failed + 1 }
  return { passed, failed }
}

function readReport(path: string, count: (report: unknown) => Counts): Counts | undefined {
  try {
    return count(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return undefined
  }
}

const vitest = (project: string): Stage => ({
  name: project,
  async run(reportDir, log) {
    const report = join(reportDir, `${project}.json`)
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const status = await runCommand(bin('vitest'), ['run', '--project', project, ...reporters], { log })
    return settle(status, readReport(report, countVitest))
  },
})

const journeys = (name: string, provider: 'postgresql' | 'mysql', set: 'journeys' | 'pages'): Stage => ({
  name,
  async run(reportDir, log) {
    const folder = join(reportDir, name.replaceAll(' ', '-'))
    const playwright = join(root, 'e2e/node_modules/.bin/playwright')
    const status = await runCommand(playwright, ['test'], {
      cwd: join(root, 'e2e'),
      log,
      env: {
        BERTH_TEST_PROVIDER: provider,
        BERTH_TEST_SET: set,
        BERTH_TEST_REPORT: `${folder}.json`,
        BERTH_TEST_OUTPUT: folder,
      },
    })
    return settle(status, readReport(`${folder}.json`, countPlaywright))
  },
})

/** Every package that is checked with a configuration of its own, besides the root. */
function typedFolders(): string[] {
  const rooms = ['apps', 'packages'].flatMap((room) =>
    readdirSync(join(root, room)).map((name) => `${room}/${name}`),
  )
  return rooms.filter((folder) => existsSync(join(root, folder, 'tsconfig.json')))
}

/** In the order in which they begin, the longest not at the end. */
export const stages: Stage[] = [
  check('lint', [
    [bin('biome'), ['ci', '--diagnostic-level=warn', ...(process.stdout.isTTY ? [] : ['--colors=off']), '.']],
  ]),
  check('types', [
    [bin('tsc'), ['-p', '.', '--noEmit']],
    ...typedFolders().map((folder): [string, string[], string] => [
      bin('tsc'),
      ['-p', '.', '--noEmit'],
      folder,
    ]),
  ]),
  vitest('unit'),
  vitest('postgresql'),
  vitest('mysql'),
  journeys('journeys on postgresql', 'postgresql', 'journeys'),
  journeys('pages', 'postgresql', 'pages'),
  { ...vitest('real'), idles: true },
  journeys('journeys on mysql', 'mysql', 'journeys'),
]
