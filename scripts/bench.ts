import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { buildConsole, generateClients, root } from './start/build.ts'

await generateClients()
await buildConsole()
const bench = spawnSync(process.execPath, [join(root, 'bench/src/main.ts'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
})
process.exitCode = bench.status ?? 1
