import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digestOf } from '@berth/registry-client'
import { ociIndex, ociManifest } from './client.ts'

export interface Layout {
  folder: string
  /** Digest of the index over all platforms. */
  digest: string
  remove(): Promise<void>
}

/** An OCI image layout with one index over two platforms, tagged `latest`; layers are `layerBytes` of noise. */
export async function createLayout(layerBytes = 50_000): Promise<Layout> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-layout-'))
  const blobs = join(folder, 'blobs/sha256')
  await mkdir(blobs, { recursive: true })
  const put = async (mediaType: string, bytes: Buffer) => {
    const digest = digestOf(bytes)
    await writeFile(join(blobs, digest.slice('sha256:'.length)), bytes)
    return { mediaType, digest, size: bytes.length }
  }
  const json = (value: unknown) => Buffer.from(JSON.stringify(value))
  const manifests: unknown[] = []
  for (const architecture of ['amd64', 'arm64']) {
    const layer = await put('application/vnd.oci.image.layer.v1.tar', randomBytes(layerBytes))
    const rootfs = { type: 'layers', diff_ids: [layer.digest] }
    const config = await put(
      'application/vnd.oci.image.config.v1+json',
      json({ architecture, os: 'linux', config: {}, rootfs }),
    )
    const manifest = { schemaVersion: 2, mediaType: ociManifest, config, layers: [layer] }
    manifests.push({ ...(await put(ociManifest, json(manifest))), platform: { os: 'linux', architecture } })
  }
  const index = await put(ociIndex, json({ schemaVersion: 2, mediaType: ociIndex, manifests }))
  const annotations = { 'org.opencontainers.image.ref.name': 'latest' }
  await writeFile(
    join(folder, 'index.json'),
    json({ schemaVersion: 2, manifests: [{ ...index, annotations }] }),
  )
  await writeFile(join(folder, 'oci-layout'), json({ imageLayoutVersion: '1.0.0' }))
  return { folder, digest: index.digest, remove: () => rm(folder, { recursive: true, force: true }) }
}

export interface Outcome {
  code: number
  output: string
}

/** Runs skopeo; a failure is an outcome, not an exception. */
export async function skopeo(...args: string[]): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-skopeo-'))
  try {
    // Debian's skopeo ships no policy when installed without its recommended packages.
    const policy = join(folder, 'policy.json')
    await writeFile(policy, '{"default":[{"type":"insecureAcceptAnything"}]}')
    return await new Promise((resolve) => {
      execFile('skopeo', ['--policy', policy, ...args], { timeout: 60_000 }, (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr })
      })
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
