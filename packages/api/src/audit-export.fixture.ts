import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { createCore } from '@berth/core'
import { createApi } from './api.ts'
import { toNodeHandler } from './node-handler.ts'

// For a test: a process of its own that exports over HTTP and reads what comes, line by line.
// argv: database URL, authorization, path. Needs --expose-gc.

const [databaseUrl, authorization, path] = process.argv.slice(2) as [string, string, string]
const core = createCore({
  databaseUrl,
  secretKey: 'a secret key of thirty-two characters',
  externalUrl: 'http://berth.test',
  registryUrl: 'http://127.0.0.1:9',
  poolSize: 2,
})
const server = createServer(toNodeHandler(createApi(core)))
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
/** What is in use, in V8's heap and beside it: garbage lies about for as long as V8 likes. */
function usedBytes(): number {
  globalThis.gc!()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const LOOK_EACH = 500
let lines = 0
let ordered = true
let sum = 0
let last = { at: '', id: 0 }
const beforeBytes = usedBytes()
let peakBytes = 0
const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, {
  headers: { authorization },
})
if (!answer.ok) throw new Error(await answer.text())
for await (const text of createInterface({ input: Readable.fromWeb(answer.body as never) })) {
  const line = JSON.parse(text)
  if (line.at < last.at || (line.at === last.at && line.id <= last.id)) ordered = false
  last = line
  lines += 1
  sum += Number(line.resource)
  if (lines % LOOK_EACH === 0) peakBytes = Math.max(peakBytes, usedBytes())
}
process.stdout.write(JSON.stringify({ lines, sum, ordered, grownBytes: peakBytes - beforeBytes }))
server.closeAllConnections()
server.close()
await core.close()
