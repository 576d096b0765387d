import type { Schemas } from '@berth/contract'
import {
  type Accessory,
  type Artifact,
  type ArtifactParts,
  additionsOf,
  copyArtifact,
  deleteArtifact,
  getAddition,
  getArtifact,
  listAccessories,
  listArtifacts,
  listArtifactsOfProject,
  type Reference,
} from '@berth/core/artifacts'
import type { Handlers } from './handler.ts'
import { presentLabel } from './labels.ts'
import { projectRef } from './references.ts'
import { created, done, ok, page } from './replies.ts'
import { repositoryOf } from './repositories.ts'
import { NEVER, presentTag } from './tags.ts'

const presentAccessory = (accessory: Accessory): Schemas['Accessory'] => ({
  id: accessory.artifactId,
  artifact_id: accessory.artifactId,
  ...(accessory.subjectArtifactId !== null && { subject_artifact_id: accessory.subjectArtifactId }),
  subject_artifact_digest: accessory.subjectDigest,
  subject_artifact_repo: accessory.repositoryName,
  size: accessory.sizeBytes,
  digest: accessory.digest,
  type: accessory.type,
  artifact_type: accessory.artifactType,
  icon: '',
  creation_time: accessory.createdAt.toISOString(),
})

// Harbor's own clients read the operating system's version under a name in quotation marks.
const presentReference = (reference: Reference): Schemas['Reference'] => ({
  parent_id: reference.parentId,
  child_id: reference.childId,
  child_digest: reference.childDigest,
  platform: {
    architecture: reference.architecture,
    os: reference.os,
    ...(reference.osVersion && { "'os.version'": reference.osVersion, 'os.version': reference.osVersion }),
    ...(reference.variant && { variant: reference.variant }),
  },
  annotations: reference.annotations,
})

/** Addresses of what `getAddition` gives for this artifact. */
function additionLinks(artifact: Artifact): Schemas['AdditionLinks'] {
  const slash = artifact.repositoryName.indexOf('/')
  const project = artifact.repositoryName.slice(0, slash)
  // Encoded twice, as every repository name in a path.
  const repository = encodeURIComponent(encodeURIComponent(artifact.repositoryName.slice(slash + 1)))
  const base = `/api/v2.0/projects/${project}/repositories/${repository}/artifacts/${artifact.digest}/additions`
  return Object.fromEntries(
    additionsOf(artifact).map((name) => [name, { href: `${base}/${name}`, absolute: false }]),
  )
}

const presentArtifact = (artifact: Artifact): Schemas['Artifact'] => ({
  id: artifact.id,
  type: artifact.type,
  media_type: artifact.mediaType,
  manifest_media_type: artifact.manifestMediaType,
  artifact_type: artifact.artifactType,
  project_id: artifact.projectId,
  repository_id: artifact.repositoryId,
  repository_name: artifact.repositoryName,
  digest: artifact.digest,
  size: artifact.sizeBytes,
  push_time: artifact.pushedAt.toISOString(),
  pull_time: artifact.pulledAt?.toISOString() ?? NEVER,
  pull_count: artifact.pullCount,
  extra_attrs: artifact.extraAttrs,
  annotations: artifact.annotations,
  references: artifact.references.map(presentReference),
  addition_links: additionLinks(artifact),
  ...(artifact.tags && { tags: artifact.tags.map(presentTag) }),
  ...(artifact.accessories && { accessories: artifact.accessories.map(presentAccessory) }),
  ...(artifact.labels && { labels: artifact.labels.map(presentLabel) }),
})

// Scans and bills of materials are accepted as wishes; there is nothing of the kind to show yet.
const partsOf = (query: {
  with_tag?: boolean
  with_accessory?: boolean
  with_label?: boolean
  with_immutable_status?: boolean
}): ArtifactParts => ({
  tags: query.with_tag ?? true,
  accessories: query.with_accessory ?? false,
  labels: query.with_label ?? false,
  immutable: query.with_immutable_status ?? false,
})

const refOf = (path: { project_name: string; repository_name: string; reference: string }) => ({
  repository: repositoryOf(path),
  reference: path.reference,
})

export const artifacts: Handlers<
  | 'listArtifacts'
  | 'listArtifactsOfProject'
  | 'getArtifact'
  | 'deleteArtifact'
  | 'CopyArtifact'
  | 'listAccessories'
  | 'getAddition'
> = {
  async listArtifacts(context) {
    const query = context.listQuery()
    const input = { repository: repositoryOf(context.path), query, parts: partsOf(context.query) }
    return page(context, query, await listArtifacts(context.core, context.actor, input), presentArtifact)
  },

  async listArtifactsOfProject(context) {
    const query = context.listQuery()
    const { path, headers } = context
    const found = await listArtifactsOfProject(context.core, context.actor, {
      project: projectRef(path.project_name_or_id, headers['X-Is-Resource-Name']),
      query,
      parts: partsOf(context.query),
      latestInRepository: context.query.latest_in_repository ?? false,
    })
    return page(context, query, found, presentArtifact)
  },

  async getArtifact({ core, actor, path, query }) {
    return ok(presentArtifact(await getArtifact(core, actor, { ...refOf(path), parts: partsOf(query) })))
  },

  async deleteArtifact({ core, actor, path }) {
    await deleteArtifact(core, actor, refOf(path))
    return done()
  },

  async CopyArtifact(context) {
    const { core, actor, path, query } = context
    const { digest } = await copyArtifact(core, actor, { repository: repositoryOf(path), from: query.from })
    return created(context, digest)
  },

  async listAccessories(context) {
    const query = context.listQuery()
    const found = await listAccessories(context.core, context.actor, { ...refOf(context.path), query })
    return page(context, query, found, presentAccessory)
  },

  async getAddition({ core, actor, path }) {
    const { mediaType, bytes } = await getAddition(core, actor, { ...refOf(path), addition: path.addition })
    return {
      status: 200,
      headers: { 'content-type': mediaType },
      // A byte order mark is part of the document.
      body: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes),
    }
  },
}
