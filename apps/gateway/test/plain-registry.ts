import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  collect,
  createRegistryClient,
  digestOf,
  parseReference,
  parseRepositoryName,
  type RegistryClient,
} from '@berth/registry-client'
import { type Pushable, startRegistry } from '@berth/testing'
import { expect } from 'vitest'

/** The only account of a plain registry, and its line in the htpasswd file. */
const account = { username: 'berth', password: 'Registry-account-1' }
const accountLine = 'berth:$2b$05$abcdefghijklmnopqrstuucCB3DsjL4HhPnt6j5G7OgwXLK6lXELy\n'

export interface PlainRegistry {
  url: string
  account: typeof account
  client: RegistryClient
  stop(): Promise<void>
}

/** A distribution without a Berth before it, with an account of its own. */
export async function startPlainRegistry(): Promise<PlainRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-plain-'))
  const removeFolder = () => rm(folder, { recursive: true, force: true })
  try {
    const htpasswdPath = join(folder, 'htpasswd')
    await writeFile(htpasswdPath, accountLine)
    const registry = await startRegistry({ htpasswdPath })
    return {
      url: registry.url,
      account,
      client: createRegistryClient({ baseUrl: registry.url, credentials: account }),
      async stop() {
        await registry.stop()
        await removeFolder()
      },
    }
  } catch (error) {
    await removeFolder()
    throw error
  }
}

export async function pushTo(
  client: RegistryClient,
  repository: string,
  pushed: Pushable,
  tag?: string,
): Promise<void> {
  const name = parseRepositoryName(repository)
  for (const { digest, bytes } of pushed.blobs) await client.uploadBlob(name, digest, bytes)
  await client.putManifest(name, tag ? parseReference(tag) : pushed.digest, pushed)
}

/** Every manifest is there by its digest, and every blob with all of its bytes. */
export async function expectWhole(
  client: RegistryClient,
  repository: string,
  ...all: Pushable[]
): Promise<void> {
  const name = parseRepositoryName(repository)
  for (const { digest, blobs } of all) {
    expect((await client.getManifest(name, digest)).digest).toBe(digest)
    for (const blob of blobs)
      expect(digestOf(Buffer.concat(await collect((await client.getBlob(name, blob.digest)).stream)))).toBe(
        blob.digest,
      )
  }
}
