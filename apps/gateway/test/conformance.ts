import { randomBytes } from 'node:crypto'
import { type Digest, digestOf } from '@berth/registry-client'
import { startBerth, type TestBerth } from './berth.ts'
import { ociManifest, TestClient } from './client.ts'

export interface Content {
  bytes: Buffer
  digest: Digest
}

export const content = (bytes: Buffer | string): Content => {
  const buffer = Buffer.from(bytes as string)
  return { bytes: buffer, digest: digestOf(buffer) }
}
export const noise = (sizeBytes = 512): Content => content(randomBytes(sizeBytes))
export const json = (value: unknown): Content => content(JSON.stringify(value))

export type Init = { headers?: Record<string, string>; body?: Buffer | string | ReadableStream }

/** A gateway before the real registry, and a client that may do everything in the repositories of the suite. */
export interface Suite {
  berth: TestBerth
  repository: string
  other: string
  /** Sends with a token for both repositories. `path` may be absolute, or what a Location said. */
  send(method: string, path: string, init?: Init): Promise<Response>
  /** Opens an upload; its address. */
  open(repository?: string): Promise<string>
  pushBlob(blob: Content, repository?: string): Promise<void>
  /** Pushes config and layers and gives the manifest over them, which is not pushed yet. */
  prepare(options?: Partial<ManifestFields>): Promise<Content & { config: Content; layers: Content[] }>
  putManifest(reference: string, manifest: Content, type?: string, repository?: string): Promise<Response>
  close(): Promise<void>
}

export interface ManifestFields {
  layers: Content[]
  artifactType: string
  configType: string
  subject: { digest: Digest; mediaType: string; size: number }
  annotations: Record<string, string>
  repository: string
}

export const withDigest = (address: string, digest: string): string =>
  `${address}${address.includes('?') ? '&' : '?'}digest=${digest}`

export async function openSuite(): Promise<Suite> {
  const berth = await startBerth()
  await berth.addUser('keeper')
  await berth.addProject('conformance', { members: { keeper: 'maintainer' } })
  const client = new TestClient(berth, 'keeper')
  const [repository, other] = ['conformance/main', 'conformance/other']
  const scopes = [repository, other].map((name) => `repository:${name}:pull,push,delete`)

  const send: Suite['send'] = (method, path, { headers, body } = {}) => {
    const init: RequestInit & { duplex?: 'half' } = headers === undefined ? {} : { headers }
    if (body !== undefined)
      init.body = Buffer.isBuffer(body) ? new Uint8Array(body) : (body as string | ReadableStream)
    if (body instanceof ReadableStream) init.duplex = 'half'
    return client.send(method, path, scopes, init)
  }
  const open: Suite['open'] = async (name = repository) => {
    const answer = await send('POST', `/v2/${name}/blobs/uploads/`)
    if (answer.status !== 202) throw new Error(`no upload: ${answer.status} ${await answer.text()}`)
    return answer.headers.get('location')!
  }
  const pushBlob: Suite['pushBlob'] = async (blob, name = repository) => {
    const answer = await send('PUT', withDigest(await open(name), blob.digest), { body: blob.bytes })
    if (answer.status !== 201) throw new Error(`no blob: ${answer.status} ${await answer.text()}`)
  }
  return {
    berth,
    repository,
    other,
    send,
    open,
    pushBlob,
    async prepare(fields = {}) {
      const layers = fields.layers ?? [noise()]
      const seed = randomBytes(8).toString('hex')
      const config =
        fields.artifactType === undefined
          ? json({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] }, seed })
          : content('{}')
      for (const blob of [config, ...layers]) await pushBlob(blob, fields.repository)
      const describe = (mediaType: string, { digest, bytes }: Content) => ({
        mediaType,
        digest,
        size: bytes.length,
      })
      const emptyOr = fields.artifactType === undefined ? 'image.config' : 'empty'
      const { artifactType, subject, annotations } = fields
      const manifest = json({
        schemaVersion: 2,
        mediaType: ociManifest,
        artifactType,
        config: describe(fields.configType ?? `application/vnd.oci.${emptyOr}.v1+json`, config),
        layers: layers.map((layer) => describe('application/vnd.oci.image.layer.v1.tar', layer)),
        subject,
        annotations,
      })
      return { ...manifest, config, layers }
    },
    putManifest: (reference, manifest, type = ociManifest, name = repository) =>
      send('PUT', `/v2/${name}/manifests/${reference}`, {
        body: manifest.bytes,
        headers: { 'content-type': type },
      }),
    close: () => berth.close(),
  }
}
