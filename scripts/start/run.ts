import { once } from 'node:events'
import { SettingsError } from '@berth/core/settings'
import { MissingPackagesError } from '../debian.ts'
import { bringUp, CannotStart } from './bring-up.ts'
import { checkStartSettings, describeProblems } from './settings.ts'
import { createStop } from './stop.ts'

export interface RunOptions {
  env: NodeJS.ProcessEnv
  mode: 'production' | 'development'
}

/** Starts all of Berth and stays until it is told to stop. Resolves to the exit status. */
export async function runBerth({ env, mode }: RunOptions): Promise<number> {
  const stop = createStop()
  try {
    const stopped = once(stop.signal, 'abort')
    const up = bringUp(checkStartSettings(env), mode, stop)
    // Ctrl-C counts at once, also in the middle of a slow step.
    await Promise.race([up, stopped])
    await stopped
    return 0
  } catch (error) {
    if (stop.signal.aborted) return 0
    if (error instanceof SettingsError) console.error(`\n${describeProblems(error)}`)
    else if (error instanceof CannotStart || error instanceof MissingPackagesError)
      console.error(`\n${error.message}\n`)
    else console.error(`\nBerth was not started: ${(error as Error).message}\n`)
    return 1
  } finally {
    await stop.finish()
  }
}
