import { runBerth } from './start/run.ts'

// The same parts, restarted when their sources change.
process.exitCode = await runBerth({ env: process.env, mode: 'development' })
process.exit()
