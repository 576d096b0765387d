import { createHash, randomBytes } from 'node:crypto'
import type { World } from './world.ts'

export interface PushedImage {
  repository: string
  tag: string
  digest: string
}

/** A token from Berth's door, which the registry takes as well. */
export async function tokenFor(
  { url, admin }: Pick<World, 'url' | 'admin'>,
  repository: string,
  actions: string,
): Promise<string> {
  const query = new URLSearchParams({
    service: 'berth-registry',
    scope: `repository:${repository}:${actions}`,
  })
  const response = await fetch(`${url}/service/token?${query}`, { headers: { authorization: admin } })
  if (!response.ok) throw new Error(`no token: ${response.status} ${await response.text()}`)
  return ((await response.json()) as { token: string }).token
}

export const sha256 = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

async function must(what: string, status: number, response: Response): Promise<Response> {
  if (response.status !== status)
    throw new Error(`${what}: ${response.status} instead of ${status}: ${await response.text()}`)
  return response
}

/** The address to which an upload goes on; a registry may name it relative to itself. */
export async function beginUpload(base: string, repository: string, token: string): Promise<URL> {
  const response = await must(
    'begin of an upload',
    202,
    await fetch(`${base}/v2/${repository}/blobs/uploads/`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    }),
  )
  return new URL(response.headers.get('location')!, base)
}

async function pushBlob(base: string, repository: string, token: string, bytes: Buffer): Promise<string> {
  const address = await beginUpload(base, repository, token)
  const digest = sha256(bytes)
  address.searchParams.set('digest', digest)
  await must(
    'blob',
    201,
    await fetch(address, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
      body: new Uint8Array(bytes),
    }),
  )
  return digest
}

/** A small image with one layer, pushed through Berth. */
export async function pushSmallImage(world: World, repository: string, tag: string): Promise<PushedImage> {
  const token = await tokenFor(world, repository, 'pull,push')
  const layer = randomBytes(20_000)
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Cmd: ['/bin/true'] },
      rootfs: { type: 'layers', diff_ids: [sha256(layer)] },
      history: [{ created: '2026-01-01T00:00:00Z', created_by: 'bench' }],
    }),
  )
  const mediaType = 'application/vnd.oci.image.manifest.v1+json'
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType,
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: await pushBlob(world.url, repository, token, config),
      size: config.length,
    },
    layers: [
      {
        mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
        digest: await pushBlob(world.url, repository, token, layer),
        size: layer.length,
      },
    ],
  })
  await must(
    'manifest',
    201,
    await fetch(`${world.url}/v2/${repository}/manifests/${tag}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': mediaType },
      body: manifest,
    }),
  )
  return { repository, tag, digest: sha256(Buffer.from(manifest)) }
}

export async function readManifest(
  { url }: Pick<World, 'url'>,
  { repository, tag }: PushedImage,
  token: string,
): Promise<{ mediaType: string; text: string }> {
  const response = await must(
    'manifest',
    200,
    await fetch(`${url}/v2/${repository}/manifests/${tag}`, {
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/vnd.oci.image.manifest.v1+json',
      },
    }),
  )
  return { mediaType: response.headers.get('content-type')!, text: await response.text() }
}
