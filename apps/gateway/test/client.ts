import { digestOf } from '@berth/registry-client'
import { PASSWORD, type TestBerth } from './berth.ts'

export const ociManifest = 'application/vnd.oci.image.manifest.v1+json'
export const ociIndex = 'application/vnd.oci.image.index.v1+json'

/** A client as bare as the protocol allows: what a test says is what is sent. */
export class TestClient {
  private berth: TestBerth
  readonly username: string | undefined
  constructor(berth: TestBerth, username?: string) {
    this.berth = berth
    this.username = username
  }

  basic(password = PASSWORD): string {
    return `Basic ${Buffer.from(`${this.username}:${password}`).toString('base64')}`
  }

  /** The answer of the token service for these scopes. */
  async askToken(...scopes: string[]): Promise<Response> {
    const query = new URLSearchParams({ service: 'berth-registry' })
    for (const scope of scopes) query.append('scope', scope)
    const headers = this.username === undefined ? undefined : { authorization: this.basic() }
    return fetch(`${this.berth.url}/service/token?${query}`, { headers })
  }

  async token(...scopes: string[]): Promise<string> {
    const answer = await this.askToken(...scopes)
    if (answer.status !== 200) throw new Error(`no token: ${answer.status} ${await answer.text()}`)
    return ((await answer.json()) as { token: string }).token
  }

  /** With a token for `scopes`, or without any credentials when there are none. */
  async send(
    method: string,
    path: string,
    scopes: string[],
    init: RequestInit & { duplex?: 'half' } = {},
  ): Promise<Response> {
    const headers = new Headers(init.headers)
    if (scopes.length > 0) headers.set('authorization', `Bearer ${await this.token(...scopes)}`)
    return fetch(new URL(path, this.berth.url), { redirect: 'manual', ...init, method, headers })
  }

  async pushBlob(repository: string, bytes: Buffer | string): Promise<string> {
    const body = Buffer.from(bytes as string)
    const scopes = [`repository:${repository}:pull,push`]
    const start = await this.send('POST', `/v2/${repository}/blobs/uploads/`, scopes)
    if (start.status !== 202) throw new Error(`upload refused: ${start.status} ${await start.text()}`)
    const location = new URL(start.headers.get('location')!, this.berth.url)
    const digest = digestOf(body)
    location.searchParams.set('digest', digest)
    const end = await this.send('PUT', location.href, scopes, { body: new Uint8Array(body) })
    if (end.status !== 201) throw new Error(`upload failed: ${end.status} ${await end.text()}`)
    return digest
  }

  /** A small image with one layer; `seed` makes it different from others. */
  async pushImage(
    repository: string,
    reference: string,
    seed: string,
  ): Promise<{ answer: Response; bytes: string }> {
    const config = JSON.stringify({ architecture: 'amd64', os: 'linux', config: {}, rootfs: { seed } })
    const layer = `layer of ${seed}`
    const bytes = JSON.stringify({
      schemaVersion: 2,
      mediaType: ociManifest,
      config: {
        mediaType: 'application/vnd.oci.image.config.v1+json',
        digest: await this.pushBlob(repository, config),
        size: config.length,
      },
      layers: [
        {
          mediaType: 'application/vnd.oci.image.layer.v1.tar',
          digest: await this.pushBlob(repository, layer),
          size: layer.length,
        },
      ],
    })
    return { answer: await this.pushManifest(repository, reference, bytes), bytes }
  }

  pushManifest(repository: string, reference: string, body: string, type = ociManifest): Promise<Response> {
    return this.send(
      'PUT',
      `/v2/${repository}/manifests/${reference}`,
      [`repository:${repository}:pull,push`],
      {
        body,
        headers: { 'content-type': type },
      },
    )
  }
}

export const codeOf = async (answer: Response): Promise<string | undefined> =>
  ((await answer.json()) as { errors?: { code: string }[] }).errors?.[0]?.code
