import { randomUUID } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Core } from '../context/index.ts'
import { keyring } from './keyring.ts'

/** What a registry needs as `rootcertbundle` to accept Berth's tokens: PEM certificates of all keys in use. */
export async function certificateBundle(core: Core): Promise<string> {
  const { byKid } = await keyring(core)
  return [...byKid.values()].map((key) => key.certificatePem).join('')
}

/** Writes the bundle so that a reader sees the old one or the new one, never a part. */
export async function writeCertificateBundle(core: Core, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const temporary = `${path}.${randomUUID()}`
  await writeFile(temporary, await certificateBundle(core), { mode: 0o644, flush: true })
  await rename(temporary, path)
}
