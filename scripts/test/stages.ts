import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../start/build.ts'
import { type Counts, countPlaywright, countVitest } from './counts.ts'

export interface Stage {
  name: string
  /**
   * Runs in a second lane, one after the other with its like, while the stages before it run: one lane leaves half a
   * machine of two cores idle. What it prints is shown at its end.
   */
  beside?: boolean
  /** `reportDir`: an empty directory of this run, for reports and the output of failed journeys. */
  run(reportDir: string): Promise<Counts>
}

const bin = (name: string) => join(root, 'node_modules/.bin', name)

/** Runs a command with its output shown, or written to the file `log`, and gives its exit status. */
export function runCommand(
  file: string,
  args: string[],
  options: { cwd?: string; env?: Record<string, string>; log?: string } = {},
): Promise<number> {
  return new Promise((resolve) => {
    const out = options.log === undefined ? 'inherit' : openSync(options.log, 'w')
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
  async run() {
    let passed = true
    for (const [file, args, cwd] of commands) {
      if ((await runCommand(file, args, { cwd: cwd ? join(root, cwd) : root })) !== 0) passed = false
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

/** Runs a command; one of the second lane keeps what it prints until its end. */
async function runInLane(
  { name, beside }: Pick<Stage, 'name' | 'beside'>,
  reportDir: string,
  file: string,
  args: string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<number> {
  if (!beside) return runCommand(file, args, options)
  const log = join(reportDir, `${name.replaceAll(' ', '-')}.log`)
  const status = await runCommand(file, args, { ...options, log })
  console.log(`\n── what the stage ${name} printed\n\n${readFileSync(log, 'utf8')}`)
  return status
}

const vitest = (project: string, beside = false): Stage => ({
  name: project,
  beside,
  async run(reportDir) {
    const report = join(reportDir, `${project}.json`)
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const args = ['run', '--project', project, ...reporters]
    const status = await runInLane({ name: project, beside }, reportDir, bin('vitest'), args)
    return settle(status, readReport(report, countVitest))
  },
})

const journeys = (
  name: string,
  provider: 'postgresql' | 'mysql',
  set: 'journeys' | 'pages',
  beside = false,
): Stage => ({
  name,
  beside,
  async run(reportDir) {
    const folder = join(reportDir, name.replaceAll(' ', '-'))
    const playwright = join(root, 'e2e/node_modules/.bin/playwright')
    const status = await runInLane({ name, beside }, reportDir, playwright, ['test'], {
      cwd: join(root, 'e2e'),
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
  vitest('mysql', true),
  vitest('real'),
  journeys('journeys on postgresql', 'postgresql', 'journeys'),
  journeys('journeys on mysql', 'mysql', 'journeys', true),
  journeys('pages', 'postgresql', 'pages', true),
]
