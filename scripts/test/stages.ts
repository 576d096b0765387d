import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../start/build.ts'
import { type Counts, countPlaywright, countVitest } from './counts.ts'

export interface Stage {
  name: string
  /** Runs at the same time as the stage before it, which leaves a core free; what it prints is shown at its end. */
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

const vitest = (project: string): Stage => ({
  name: project,
  async run(reportDir) {
    const report = join(reportDir, `${project}.json`)
    const status = await runCommand(bin('vitest'), [
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ])
    return settle(status, readReport(report, countVitest))
  },
})

const journeys = (provider: 'postgresql' | 'mysql', beside = false): Stage => ({
  name: `journeys on ${provider}`,
  beside,
  async run(reportDir) {
    const log = beside ? join(reportDir, `journeys-${provider}.log`) : undefined
    const report = join(reportDir, `journeys-${provider}.json`)
    const status = await runCommand(join(root, 'e2e/node_modules/.bin/playwright'), ['test'], {
      cwd: join(root, 'e2e'),
      ...(log === undefined ? {} : { log }),
      env: {
        BERTH_TEST_PROVIDER: provider,
        BERTH_TEST_REPORT: report,
        BERTH_TEST_OUTPUT: join(reportDir, `journeys-${provider}`),
      },
    })
    if (log !== undefined)
      console.log(`\n── what the journeys on ${provider} printed\n\n${readFileSync(log, 'utf8')}`)
    return settle(status, readReport(report, countPlaywright))
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
  vitest('mysql'),
  vitest('real'),
  journeys('postgresql'),
  journeys('mysql', true),
]
