import { createHash } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface GeneratedRegistryOptions {
  /** How many repositories there are: `p<n>/r<number>`, spread over 100 projects. */
  repositories: number
  /** How many tags the repository of this number has: `t<number>`, each with a manifest of its own. */
  tagsOf(repository: number): number
  /** False: all tags of a repository in one answer, as distribution 2.x gives them. Default true. */
  pagedTags?: boolean
}

export interface GeneratedRegistry {
  url: string
  /** Requests answered so far. */
  requests(): number
  close(): Promise<void>
}

export const generatedName = (repository: number): string =>
  `p${String(repository % 100).padStart(2, '0')}/r${String(repository).padStart(6, '0')}`
const tagName = (tag: number): string => `t${String(tag).padStart(7, '0')}`

const sha256 = (bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`
const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers' } }))
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'

const manifestOf = (name: string, tag: string) =>
  Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: {
        mediaType: 'application/vnd.oci.image.config.v1+json',
        digest: sha256(config),
        size: config.length,
      },
      layers: [],
      annotations: { name, tag },
    }),
  )

/**
 * For tests and measurements of size: a registry that holds nothing and makes up what it is asked for, so that ten
 * thousand repositories or a hundred thousand tags cost it no memory. It takes nothing and knows no digests but of tags.
 */
export async function startGeneratedRegistry(options: GeneratedRegistryOptions): Promise<GeneratedRegistry> {
  const { repositories, tagsOf, pagedTags = true } = options
  let requests = 0
  // In the catalog's order, which goes by project.
  const names = Array.from({ length: repositories }, (_, number) => generatedName(number)).sort()

  const server = createServer((request, response) => {
    requests++
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://registry')
    const after = searchParams.get('last') ?? ''
    const size = Number(searchParams.get('n') ?? 1_000)
    if (pathname === '/v2/') return void response.end('{}')
    if (pathname === '/v2/_catalog') {
      const start = after === '' ? 0 : names.indexOf(after) + 1
      const page = names.slice(start, start + size)
      const more = start + size < names.length
      return sendList(response, 'repositories', page, more && `${pathname}?n=${size}&last=${page.at(-1)}`)
    }
    const [, name = '', kind, reference = ''] =
      /^\/v2\/(p\d\d\/r\d{6})\/(tags|manifests|blobs)\/(.+)$/.exec(pathname) ?? []
    const tags = name && Number(name.slice(5)) < repositories ? tagsOf(Number(name.slice(5))) : 0
    if (kind === 'tags' && tags > 0) {
      const start = after === '' ? 0 : Number(after.slice(1)) + 1
      const end = pagedTags ? Math.min(start + size, tags) : tags
      const next = end < tags && `${pathname}?n=${size}&last=${tagName(end - 1)}`
      return sendList(response, 'tags', numbered(start, end), next)
    }
    if (kind === 'manifests' && /^t\d{7}$/.test(reference) && Number(reference.slice(1)) < tags)
      return sendBytes(response, manifestOf(name, reference), MANIFEST)
    if (kind === 'blobs' && reference === sha256(config))
      return sendBytes(response, config, 'application/octet-stream')
    response.writeHead(404, { 'content-type': 'application/json' })
    response.end('{"errors":[{"code":"NAME_UNKNOWN","message":"not known"}]}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function* numbered(start: number, end: number): Generator<string> {
  for (let tag = start; tag < end; tag++) yield tagName(tag)
}

function sendList(
  response: ServerResponse,
  field: string,
  items: Iterable<string>,
  next: string | false,
): void {
  response.writeHead(200, {
    'content-type': 'application/json',
    ...(next && { link: `<${next}>; rel="next"` }),
  })
  response.write(`{"${field}":[`)
  let part: string[] = []
  let first = true
  const flush = () => {
    if (part.length === 0) return
    response.write(`${first ? '' : ','}${part.join(',')}`)
    first = false
    part = []
  }
  for (const item of items) if (part.push(`"${item}"`) >= 500) flush()
  flush()
  response.end(']}')
}

function sendBytes(response: ServerResponse, bytes: Buffer, type: string): void {
  const headers = {
    'content-type': type,
    'content-length': bytes.length,
    'docker-content-digest': sha256(bytes),
  }
  response.writeHead(200, headers).end(bytes)
}
