import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { sha256 } from './registry-http.ts'

/** Images as a team has them: what all share, what those of one repository share, and a little of each one's own. */
export interface ImageSet {
  repositories: number
  tagsEach: number
}

const MEDIA_TYPE = 'application/vnd.oci.image.manifest.v1+json'
const KiB = 1024
const ofAll = [8192 * KiB, 8192 * KiB, 4096 * KiB]
const ofRepository = [1024 * KiB, 512 * KiB]
const ownBytes = 128 * KiB

interface Content {
  digest: string
  bytes: Buffer
}

const contentOf = (bytes: Buffer): Content => ({ digest: sha256(bytes), bytes })
/** What is not compressed, others would compress on the way, and it would be another layer. */
const layerOf = (sizeBytes: number) => contentOf(gzipSync(randomBytes(sizeBytes), { level: 0 }))

export interface PushedImages {
  /** Of all blobs, each counted once. */
  bytes: number
  /** By `app<n>/manifests/v<n>`. */
  digests: ReadonlyMap<string, string>
}

/** Pushes new images to an open registry, `<namespace>/app<n>:v<n>`. */
export async function pushImages(base: string, namespace: string, set: ImageSet): Promise<PushedImages> {
  const digests = new Map<string, string>()
  const shared = ofAll.map(layerOf)
  const blobs = new Map(shared.map((layer) => [layer.digest, layer.bytes.length]))
  await Promise.all(
    Array.from({ length: set.repositories }, async (_, n) => {
      const repository = `${namespace}/app${n}`
      const common = [...shared, ...ofRepository.map(layerOf)]
      for (const layer of common) await pushBlob(base, repository, layer)
      for (let tag = 0; tag < set.tagsEach; tag++) {
        const layers = [...common, layerOf(ownBytes)]
        const config = contentOf(Buffer.from(configOf(layers)))
        await pushBlob(base, repository, layers.at(-1)!)
        await pushBlob(base, repository, config)
        const path = `manifests/v${tag}`
        digests.set(`app${n}/${path}`, await pushManifest(base, `${repository}/${path}`, config, layers))
        for (const { digest, bytes } of [config, ...layers]) blobs.set(digest, bytes.length)
      }
    }),
  )
  return { bytes: [...blobs.values()].reduce((sum, sizeBytes) => sum + sizeBytes, 0), digests }
}

/** @throws Error when a tag of the namespace is missing there, or is on something else */
export async function expectImages(
  base: string,
  namespace: string,
  { digests }: PushedImages,
  tokenFor?: (repository: string) => Promise<string>,
): Promise<void> {
  const wrong: string[] = []
  const waiting = [...digests]
  const ask = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [path, digest] = next
      const token = await tokenFor?.(`${namespace}/${path.slice(0, path.indexOf('/'))}`)
      const headers = { accept: MEDIA_TYPE, ...(token && { authorization: `Bearer ${token}` }) }
      const answer = await fetch(`${base}/v2/${namespace}/${path}`, { method: 'HEAD', headers })
      const held = answer.headers.get('docker-content-digest')
      if (answer.status !== 200 || held !== digest) wrong.push(`${path}: ${answer.status} ${held}`)
    }
  }
  await Promise.all(Array.from({ length: 8 }, ask))
  if (wrong.length > 0)
    throw new Error(`${wrong.length} of ${digests.size} tags did not arrive in ${namespace}: ${wrong[0]}`)
}

const configOf = (layers: Content[]) =>
  JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    config: { Cmd: ['/bin/true'] },
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    history: layers.map(() => ({ created: '2026-01-01T00:00:00Z', created_by: 'bench' })),
  })

async function pushBlob(base: string, repository: string, { digest, bytes }: Content): Promise<void> {
  const begun = await fetch(`${base}/v2/${repository}/blobs/uploads/`, { method: 'POST' })
  const address = new URL(begun.headers.get('location')!, base)
  address.searchParams.set('digest', digest)
  await created(await fetch(address, { method: 'PUT', body: new Uint8Array(bytes) }))
}

async function pushManifest(base: string, path: string, config: Content, layers: Content[]): Promise<string> {
  const part = (kind: string, { digest, bytes }: Content) => ({
    mediaType: `application/vnd.oci.image.${kind}`,
    digest,
    size: bytes.length,
  })
  const body = JSON.stringify({
    schemaVersion: 2,
    mediaType: MEDIA_TYPE,
    config: part('config.v1+json', config),
    layers: layers.map((layer) => part('layer.v1.tar+gzip', layer)),
  })
  const headers = { 'content-type': MEDIA_TYPE }
  await created(await fetch(`${base}/v2/${path}`, { method: 'PUT', headers, body }))
  return sha256(Buffer.from(body))
}

async function created(response: Response): Promise<void> {
  if (response.status !== 201) throw new Error(`${response.url}: ${response.status} instead of 201`)
  await response.arrayBuffer()
}
