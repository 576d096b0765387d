// `npm run conformance`: the official OCI conformance suite against a whole Berth. Needs Go; `npm test` does not.
// `npm run conformance -- v1.2.3` takes that version of the suite's module, or a commit, instead of the newest.
import { ensurePackages, systemPackages } from './debian.ts'
import { generateClients } from './start/build.ts'

await ensurePackages([systemPackages.registry])
await generateClients()
const { conformance } = await import('../e2e/conformance/main.ts')
process.exit(await conformance(process.argv[2] ?? 'latest'))
