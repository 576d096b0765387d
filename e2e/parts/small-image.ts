import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { mediaTypes, OciLayout } from './oci-layout.ts'

export interface SmallImage {
  /** For `skopeo.push`: the folder with its tag. */
  layout: string
  digest: string
  remove(): Promise<void>
}

/** An image like no other, with one layer of about so many bytes. It can be pushed and pulled, not run. */
export async function buildSmallImage(layerBytes = 1024): Promise<SmallImage> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-small-image-'))
  const layout = new OciLayout(folder)
  const layer = await layout.put(mediaTypes.layer, gzipSync(randomBytes(layerBytes)))
  const config = await layout.put(mediaTypes.config, {
    architecture: 'amd64',
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  })
  const manifest = await layout.putManifest(config, [layer])
  await layout.finish({ latest: manifest })
  return {
    layout: `${folder}:latest`,
    digest: manifest.digest,
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
