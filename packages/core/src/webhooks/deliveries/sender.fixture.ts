import { createCore } from '../../context/index.ts'
import { deliverWebhooks } from '../index.ts'

// For a test: a process of its own that sends what is due until it is killed. argv: database URL, how far its clock is ahead

const [databaseUrl, aheadMs] = process.argv.slice(2) as [string, string]
const core = createCore({
  databaseUrl,
  secretKey: 'a secret key of thirty-two characters',
  externalUrl: 'http://localhost:8080',
  registryUrl: 'http://127.0.0.1:9',
  poolSize: 4,
  now: () => Date.now() + Number(aheadMs),
})
// Whoever started it is gone.
process.stdin.resume().on('end', () => process.exit())
for (;;) {
  await deliverWebhooks(core)
  await core.wait(20)
}
