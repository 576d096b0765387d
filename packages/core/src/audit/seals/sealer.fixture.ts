// A process that seals what waits, for tests that kill it.
import { createCore } from '../../context/index.ts'
import { sealLines } from '../index.ts'

const core = createCore(JSON.parse(process.argv[2]!))
await sealLines(core)
await core.close()
