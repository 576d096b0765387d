// `npm run bench`: the measurements of bench/, on a console that is built beforehand.
import { ensurePackages, systemPackages } from './debian.ts'
import { buildConsole, generateClients } from './start/build.ts'

await ensurePackages([systemPackages.registry, systemPackages.nginx])
await generateClients()
await buildConsole()
await import('../bench/src/main.ts')
