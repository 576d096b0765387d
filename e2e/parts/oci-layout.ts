import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface Descriptor {
  mediaType: string
  digest: string
  size: number
  platform?: { os: string; architecture: string; variant?: string }
  annotations?: Record<string, string>
  artifactType?: string
}

export const mediaTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  empty: 'application/vnd.oci.empty.v1+json',
} as const

const digestOf = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

/** A folder in OCI image-layout form that skopeo and others read; every `put` is content-addressed. */
export class OciLayout {
  readonly folder: string
  constructor(folder: string) {
    this.folder = folder
  }

  async put(mediaType: string, content: Uint8Array | object): Promise<Descriptor> {
    const bytes = content instanceof Uint8Array ? content : Buffer.from(JSON.stringify(content))
    const digest = digestOf(bytes)
    const folder = join(this.folder, 'blobs/sha256')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, digest.slice(7)), bytes)
    return { mediaType, digest, size: bytes.byteLength }
  }

  /** An image or artifact manifest over blobs put before. */
  async putManifest(config: Descriptor, layers: Descriptor[], more: object = {}): Promise<Descriptor> {
    return this.put(mediaTypes.manifest, {
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      config,
      layers,
      ...more,
    })
  }

  /** Writes `index.json` and `oci-layout`; `tags` maps a name to what it stands for. */
  async finish(tags: Record<string, Descriptor>): Promise<void> {
    const manifests = Object.entries(tags).map(([name, descriptor]) => ({
      ...descriptor,
      annotations: { 'org.opencontainers.image.ref.name': name },
    }))
    await writeFile(join(this.folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }))
    await writeFile(join(this.folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
  }
}
