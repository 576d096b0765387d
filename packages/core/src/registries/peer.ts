import { errorFromAnswer, ProtocolError } from '@berth/registry-client'
import type { Endpoint, Tools } from './adapters/index.ts'
import { type Asked, askJson, type Told } from './ask.ts'

const PAGE_SIZE = 100
/** A listing that never ends is no listing. */
const MAX_PAGES = 100_000
const API = '/api/v2.0'

interface Abortable {
  signal?: AbortSignal
}

export interface PeerProject {
  name: string
  isPublic: boolean
  /** It holds nothing of its own; nothing can be pushed there. */
  isProxy: boolean
}

export interface PeerArtifact {
  digest: string
  mediaType: string
  /** IMAGE, CHART and the like; upper case. */
  type: string
  sizeBytes: number
  pushedAt: Date
  tags: { name: string; pushedAt: Date }[]
  labels: string[]
}

/** The REST API of another Berth or of a Harbor. All methods throw RegistryError or one of its kinds. */
export interface PeerApi {
  /** `instanceId` is told by a Berth only. */
  systemInfo(options?: Abortable): Promise<{ version: string; instanceId: string | undefined }>
  projects(options?: Abortable & { name?: string }): AsyncGenerator<PeerProject[]>
  /** Undefined when there is none, or none for these credentials. */
  project(name: string, options?: Abortable): Promise<PeerProject | undefined>
  /** Nothing happens where there is one already. */
  createProject(project: { name: string; isPublic: boolean }, options?: Abortable): Promise<void>
  /** Full names, of one project or of all; with `part`: those that contain it. */
  repositories(options?: Abortable & { project?: string; part?: string }): AsyncGenerator<string[]>
  /** With tags and labels, in pages of a hundred. */
  artifacts(repository: string, options?: Abortable): AsyncGenerator<PeerArtifact[]>
  /** The tag alone; its artifact stays. Nothing happens where there is none. */
  deleteTag(repository: string, tag: string, options?: Abortable): Promise<void>
  /** With all its tags. Nothing happens where there is none. */
  deleteArtifact(repository: string, digest: string, options?: Abortable): Promise<void>
}

export function openPeerApi({ url, accessKey, accessSecret }: Endpoint, tools: Tools): PeerApi {
  const authorization = `Basic ${Buffer.from(`${accessKey}:${accessSecret}`).toString('base64')}`
  const signedIn = accessKey !== '' || accessSecret !== ''

  async function ask(path: string, ok: readonly number[], asked: Asked = {}): Promise<Told> {
    const headers = { ...(signedIn && { authorization }), ...asked.headers }
    const told = await askJson(tools.fetch, new URL(`${url}${API}${path}`), { ...asked, headers })
    if (ok.includes(told.status)) return told
    const what = `${asked.method ?? 'GET'} ${API}${path.split('?')[0]}`
    throw errorFromAnswer(what, told.status, told.headers, told.text, tools.nowMs())
  }

  async function* pages(
    path: string,
    query: Record<string, string>,
    { signal }: Abortable,
  ): AsyncGenerator<Record<string, unknown>[]> {
    for (let page = 1; page <= MAX_PAGES; page++) {
      const search = new URLSearchParams({ ...query, page: String(page), page_size: String(PAGE_SIZE) })
      const { data } = await ask(`${path}?${search}`, [200], { signal })
      if (!Array.isArray(data)) throw invalid(path)
      const rows = data.filter((row) => typeof row === 'object' && row !== null) as Record<string, unknown>[]
      if (rows.length > 0) yield rows
      if (data.length < PAGE_SIZE) return
    }
  }

  return {
    async systemInfo({ signal } = {}) {
      const { data } = await ask('/systeminfo', [200], { signal })
      const { harbor_version: version, instance_id: id } = (data ?? {}) as Record<string, unknown>
      if (typeof data !== 'object' || data === null) throw invalid('/systeminfo')
      return {
        version: text(version),
        instanceId: typeof id === 'string' && /^[\w-]{1,64}$/.test(id) ? id : undefined,
      }
    },

    async *projects({ name, signal } = {}) {
      const query: Record<string, string> = name === undefined ? {} : { q: `name=${name}` }
      for await (const rows of pages('/projects', query, { signal })) yield rows.map(toProject)
    },

    async project(name, { signal } = {}) {
      for await (const found of this.projects({ name, signal })) {
        const project = found.find((one) => one.name === name)
        if (project) return project
      }
      return undefined
    },

    async createProject({ name, isPublic }, { signal } = {}) {
      const metadata = { public: String(isPublic) }
      // 409: somebody else was quicker.
      await ask('/projects', [201, 409], {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ project_name: name, metadata }),
        signal,
      })
    },

    async *repositories({ project, part, signal } = {}) {
      const path =
        project === undefined ? '/repositories' : `/projects/${encodeURIComponent(project)}/repositories`
      const query: Record<string, string> = part === undefined ? {} : { q: `name=~${part}` }
      for await (const rows of pages(path, { ...query, sort: 'name' }, { signal }))
        yield rows.map(({ name }) => text(name)).filter((name) => name !== '')
    },

    async *artifacts(repository, { signal } = {}) {
      const query = { with_tag: 'true', with_label: 'true', with_accessory: 'false' }
      for await (const rows of pages(`${pathOf(repository)}/artifacts`, query, { signal }))
        yield rows.map(toArtifact)
    },

    async deleteTag(repository, tag, { signal } = {}) {
      const at = encodeURIComponent(tag)
      await ask(`${pathOf(repository)}/artifacts/${at}/tags/${at}`, [200, 404], { method: 'DELETE', signal })
    },

    async deleteArtifact(repository, digest, { signal } = {}) {
      await ask(`${pathOf(repository)}/artifacts/${digest}`, [200, 404], { method: 'DELETE', signal })
    },
  }
}

/** Names with slashes are encoded twice, as Harbor wants them. */
function pathOf(repository: string): string {
  const slash = repository.indexOf('/')
  const name = encodeURIComponent(encodeURIComponent(repository.slice(slash + 1)))
  return `/projects/${encodeURIComponent(repository.slice(0, slash))}/repositories/${name}`
}

const invalid = (path: string) =>
  new ProtocolError(`${API}${path} did not answer like Berth or Harbor`, { code: 'INVALID_ANSWER' })

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const rowsOf = (value: unknown) => (Array.isArray(value) ? (value as Record<string, unknown>[]) : [])
const time = (value: unknown): Date => {
  const at = new Date(text(value))
  return Number.isNaN(at.getTime()) ? new Date(0) : at
}

function toProject({ name, registry_id: proxied, metadata }: Record<string, unknown>): PeerProject {
  const isPublic = (metadata as { public?: unknown } | undefined)?.public
  return {
    name: text(name),
    isPublic: isPublic === 'true' || isPublic === true,
    isProxy: typeof proxied === 'number' && proxied > 0,
  }
}

const toArtifact = (row: Record<string, unknown>): PeerArtifact => ({
  digest: text(row.digest),
  mediaType: text(row.manifest_media_type),
  type: text(row.type).toUpperCase(),
  sizeBytes: typeof row.size === 'number' ? row.size : 0,
  pushedAt: time(row.push_time),
  tags: rowsOf(row.tags).map((tag) => ({ name: text(tag?.name), pushedAt: time(tag?.push_time) })),
  labels: rowsOf(row.labels).map((label) => text(label?.name)),
})
