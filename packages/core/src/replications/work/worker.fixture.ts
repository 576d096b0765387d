import { createCore } from '../../context/index.ts'
import { workReplicationsNow } from './pump.ts'

// For tests: a process of its own that does what is due, as the jobs do. argv: the settings of a Core, as JSON

const core = createCore(JSON.parse(process.argv[2]!))
// Whoever started it is gone.
process.stdin.resume().on('end', () => process.exit())
await workReplicationsNow(core)
