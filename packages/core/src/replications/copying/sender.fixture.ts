import { createRegistryClient, parseDigest, parseRepositoryName } from '@berth/registry-client'
import { createCore } from '../../context/index.ts'
import { openConfiguredFetch } from '../../outbound/index.ts'
import { remoteSite } from '../sites/index.ts'
import { copyBetween } from './copy-between.ts'

// For tests: a process of its own that copies one artifact, says how it went and waits. argv: database URL, source, target, digest, tag, bytes of a part

const [databaseUrl, source, target, digest, tag, chunkBytes] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
  string,
]
const core = createCore({
  databaseUrl,
  secretKey: 'a secret key of thirty-two characters',
  externalUrl: 'http://localhost:8080',
  registryUrl: 'http://127.0.0.1:9',
  poolSize: 4,
})
// Whoever started it is gone.
process.stdin.resume().on('end', () => process.exit())
const fetch = openConfiguredFetch({ insecure: false })
const siteAt = (key: number, baseUrl: string) =>
  remoteSite({ key, client: createRegistryClient({ baseUrl, fetch }) })
const name = parseRepositoryName('library/app')
const result = await copyBetween(core, {
  from: siteAt(1, source),
  to: siteAt(2, target),
  artifact: { source: name, target: name, digest: parseDigest(digest), tags: [tag as never] },
  options: { override: true, chunkBytes: Number(chunkBytes) },
})
process.stdout.write(`${JSON.stringify(result)}\n`)
