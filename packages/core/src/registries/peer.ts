import { errorFromAnswer, NotFoundError, ProtocolError } from '@berth/registry-client'
import type { Endpoint, Tools } from './adapters/index.ts'
import { type Asked, askJson, type Told } from './ask.ts'

const PAGE_SIZE = 100
/** A listing that never ends is no listing. */
const MAX_PAGES = 20_000
const API = '/api/v2.0'
/** As the gateway takes them in `Berth-Seen`. */
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What says to be larger is not believed: its size is as good as not told. */
const MAX_BYTES = 2 ** 43

interface Abortable {
  signal?: AbortSignal
}

export interface PeerProject {
  id: number
  name: string
  isPublic: boolean
  /** It holds nothing of its own; nothing can be pushed there. */
  isProxy: boolean
}

export interface PeerLabel {
  name: string
  description: string
  color: string
  isGlobal: boolean
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
  /** Digests of what is attached to it, directly. */
  attached: string[]
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
  /** With tags, labels and what is attached, in pages of a hundred. */
  artifacts(repository: string, options?: Abortable): AsyncGenerator<PeerArtifact[]>
  /** None for an artifact that is not there. */
  artifactTags(repository: string, digest: string, options?: Abortable): Promise<string[]>
  /** None for an artifact that is not there. */
  artifactLabels(repository: string, digest: string, options?: Abortable): Promise<PeerLabel[]>
  /** By the exact name, of a project or, with null, of all. */
  labelId(label: { name: string; projectId: number | null }, options?: Abortable): Promise<number | undefined>
  /** Nothing happens where there is one of this name. */
  createLabel(
    label: Omit<PeerLabel, 'isGlobal'> & { projectId: number | null },
    options?: Abortable,
  ): Promise<void>
  /** Nothing happens where the artifact has it. */
  addLabel(repository: string, digest: string, labelId: number, options?: Abortable): Promise<void>
  /**
   * The tag alone; its artifact stays. Nothing happens where there is none, or where it is on another artifact than
   * `digest`. `seen`: for a Berth, which others know of it.
   */
  deleteTag(
    repository: string,
    tag: string,
    options?: Abortable & { digest?: string; seen?: readonly string[] },
  ): Promise<void>
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
    let before: string | undefined
    for (let page = 1; page <= MAX_PAGES; page++) {
      const search = new URLSearchParams({ ...query, page: String(page), page_size: String(PAGE_SIZE) })
      const { data } = await ask(`${path}?${search}`, [200], { signal })
      if (!Array.isArray(data)) throw invalid(path)
      const rows = data.filter((row) => typeof row === 'object' && row !== null) as Record<string, unknown>[]
      if (rows.length > 0) yield rows
      if (data.length < PAGE_SIZE) return
      // Somebody who knows no pages gives the same rows for each.
      const beginning = JSON.stringify(data[0])
      if (beginning === before) throw endless(path, 'gives the same page again and again')
      before = beginning
    }
    throw endless(path, `has more than ${MAX_PAGES} pages`)
  }

  return {
    async systemInfo({ signal } = {}) {
      const { data } = await ask('/systeminfo', [200], { signal })
      const { harbor_version: version, instance_id: id } = (data ?? {}) as Record<string, unknown>
      if (typeof data !== 'object' || data === null) throw invalid('/systeminfo')
      return {
        version: text(version),
        instanceId: typeof id === 'string' && UUID.test(id) ? id : undefined,
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
      await ask('/projects', [201, 409], post({ project_name: name, metadata }, signal))
    },

    async *repositories({ project, part, signal } = {}) {
      const path =
        project === undefined ? '/repositories' : `/projects/${encodeURIComponent(project)}/repositories`
      const query: Record<string, string> = part === undefined ? {} : { q: `name=~${part}` }
      for await (const rows of pages(path, { ...query, sort: 'name' }, { signal }))
        yield rows.map(({ name }) => text(name)).filter((name) => name !== '')
    },

    async *artifacts(repository, { signal } = {}) {
      const query = { with_tag: 'true', with_label: 'true', with_accessory: 'true' }
      for await (const rows of pages(`${pathOf(repository)}/artifacts`, query, { signal }))
        yield rows.map(toArtifact)
    },

    async artifactTags(repository, digest, { signal } = {}) {
      const query = 'with_tag=true&with_label=false&with_accessory=false'
      const { data } = await ask(`${pathOf(repository)}/artifacts/${digest}?${query}`, [200, 404], { signal })
      return toArtifact((data ?? {}) as Record<string, unknown>).tags.map(({ name }) => name)
    },

    async artifactLabels(repository, digest, { signal } = {}) {
      const query = 'with_tag=false&with_label=true&with_accessory=false'
      const { data } = await ask(`${pathOf(repository)}/artifacts/${digest}?${query}`, [200, 404], { signal })
      return rowsOf((data as Record<string, unknown> | undefined)?.labels).map(toLabel)
    },

    async labelId({ name, projectId }, { signal } = {}) {
      const query = { ...spaceOf(projectId), name }
      for await (const rows of pages('/labels', query, { signal }))
        for (const row of rows) if (row.name === name && typeof row.id === 'number') return row.id
      return undefined
    },

    async createLabel({ name, description, color, projectId }, { signal } = {}) {
      const space = {
        scope: projectId === null ? 'g' : 'p',
        ...(projectId !== null && { project_id: projectId }),
      }
      await ask('/labels', [201, 409], post({ name, description, color, ...space }, signal))
    },

    async addLabel(repository, digest, labelId, { signal } = {}) {
      const path = `${pathOf(repository)}/artifacts/${digest}/labels`
      await ask(path, [200, 409], post({ id: labelId }, signal))
    },

    async deleteTag(repository, tag, { digest, seen = [], signal } = {}) {
      const name = encodeURIComponent(tag)
      const path = `${pathOf(repository)}/artifacts/${digest ?? name}/tags/${name}`
      const headers: Record<string, string> = seen.length > 0 ? { 'berth-seen': seen.join(', ') } : {}
      await ask(path, [200, 404], { method: 'DELETE', headers, signal })
    },
  }
}

/** Names with slashes are encoded twice, as Harbor wants them. @throws NotFoundError for what is in no project */
function pathOf(repository: string): string {
  const slash = repository.indexOf('/')
  if (slash < 1)
    throw new NotFoundError(`${repository} is in no project`, { code: 'NAME_UNKNOWN', status: 404 })
  const name = encodeURIComponent(encodeURIComponent(repository.slice(slash + 1)))
  return `/projects/${encodeURIComponent(repository.slice(0, slash))}/repositories/${name}`
}

const post = (body: unknown, signal: AbortSignal | undefined): Asked => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
  signal,
})

const spaceOf = (projectId: number | null): Record<string, string> =>
  projectId === null ? { scope: 'g' } : { scope: 'p', project_id: String(projectId) }

const invalid = (path: string) =>
  new ProtocolError(`${API}${path} did not answer like Berth or Harbor`, { code: 'INVALID_ANSWER' })

const endless = (path: string, what: string) =>
  new ProtocolError(`the list ${API}${path} ${what}`, { code: 'LIST_WITHOUT_END' })

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const rowsOf = (value: unknown) => (Array.isArray(value) ? (value as Record<string, unknown>[]) : [])
const time = (value: unknown): Date => {
  const at = new Date(text(value))
  return Number.isNaN(at.getTime()) ? new Date(0) : at
}

function toProject({
  project_id: id,
  name,
  registry_id: proxied,
  metadata,
}: Record<string, unknown>): PeerProject {
  const isPublic = (metadata as { public?: unknown } | undefined)?.public
  return {
    id: typeof id === 'number' ? id : 0,
    name: text(name),
    isPublic: isPublic === 'true' || isPublic === true,
    isProxy: typeof proxied === 'number' && proxied > 0,
  }
}

const toLabel = (row: Record<string, unknown>): PeerLabel => ({
  name: text(row?.name),
  description: text(row?.description),
  color: text(row?.color),
  isGlobal: row?.scope === 'g',
})

const toArtifact = (row: Record<string, unknown>): PeerArtifact => ({
  digest: text(row.digest),
  mediaType: text(row.manifest_media_type),
  type: text(row.type).toUpperCase(),
  sizeBytes: typeof row.size === 'number' && row.size > 0 && row.size <= MAX_BYTES ? Math.floor(row.size) : 0,
  pushedAt: time(row.push_time),
  tags: rowsOf(row.tags).map((tag) => ({ name: text(tag?.name), pushedAt: time(tag?.push_time) })),
  labels: rowsOf(row.labels).map((label) => text(label?.name)),
  attached: rowsOf(row.accessories).map((accessory) => text(accessory?.digest)),
})
