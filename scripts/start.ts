import { runBerth } from './start/run.ts'

process.exitCode = await runBerth({ env: process.env, mode: 'production' })
process.exit()
