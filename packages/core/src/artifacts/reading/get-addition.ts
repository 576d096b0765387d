import { isHelmConfigType, isImageConfigType, parseDigest } from '@berth/registry-client'
import type { Actor } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { badRequest, notFound } from '../../errors/index.ts'
import { askRegistry, registryClient } from '../../registry/index.ts'
import { dependenciesOf, readChartFile } from '../charts/chart-additions.ts'
import { fetchConfigBytes } from '../config-blob.ts'
import { readConfig } from '../image-config.ts'
import type { Artifact } from '../model.ts'
import { repositoryNamed } from '../name.ts'
import { type ArtifactRef, findAuthorized } from './get-artifact.ts'
import { type BlobRef, readConfigBlob } from './store.ts'

export interface Addition {
  /** One of a few known types: what a pusher wrote into the manifest must not decide what a browser does with it. */
  mediaType:
    | 'application/json'
    | 'application/octet-stream'
    | 'text/plain; charset=utf-8'
    | 'text/markdown; charset=utf-8'
  bytes: Uint8Array
}

/** Additions this artifact has, by name. `manifest` and `config` are Berth's own. */
export function additionsOf(artifact: Pick<Artifact, 'mediaType'>): string[] {
  if (isImageConfigType(artifact.mediaType)) return ['build_history']
  return isHelmConfigType(artifact.mediaType) ? ['readme.md', 'values.yaml', 'dependencies'] : []
}

/**
 * `build_history`: the steps in an image's config, as they stand there. `readme.md`, `values.yaml`: files of a chart;
 * `dependencies`: what it needs. `manifest`, `config`: the documents as pushed.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, DIGEST_INVALID; BAD_REQUEST for an addition that artifacts
 * of this kind do not have and for a broken chart; UNAVAILABLE when the registry does not answer
 */
export async function getAddition(
  core: Core,
  actor: Actor,
  { addition, ...ref }: ArtifactRef & { addition: string },
): Promise<Addition> {
  const artifact = await findAuthorized(core, actor, 'read', 'artifact-addition', ref)
  if (addition === 'manifest') return manifestOf(core, artifact)
  if (addition === 'config') {
    const { config, bytes } = await configOf(core, artifact)
    return {
      mediaType: /[/+]json$/.test(config.media_type) ? 'application/json' : 'application/octet-stream',
      bytes,
    }
  }
  if (!additionsOf(artifact).includes(addition))
    throw badRequest(`an artifact of type ${artifact.type} has no ${addition}`)
  if (addition === 'readme.md')
    return { mediaType: 'text/markdown; charset=utf-8', bytes: await readChartFile(core, artifact, addition) }
  if (addition === 'values.yaml')
    return { mediaType: 'text/plain; charset=utf-8', bytes: await readChartFile(core, artifact, addition) }
  const { bytes } = await configOf(core, artifact)
  if (addition === 'dependencies') return json(dependenciesOf(readConfig(bytes)))
  const history = readConfig(bytes)?.history
  return json(Array.isArray(history) ? history : [])
}

const json = (list: unknown[]): Addition => ({
  mediaType: 'application/json',
  bytes: Buffer.from(JSON.stringify(list)),
})

async function manifestOf(core: Core, artifact: Artifact): Promise<Addition> {
  const { bytes } = await askRegistry(() =>
    registryClient(core).getManifest(repositoryNamed(artifact.repositoryName), parseDigest(artifact.digest)),
  )
  return { mediaType: 'application/json', bytes }
}

async function configOf(core: Core, artifact: Artifact): Promise<{ config: BlobRef; bytes: Uint8Array }> {
  const config = await readConfigBlob(core, artifact.id)
  if (!config) throw badRequest('an index has no config')
  const bytes = await askRegistry(() =>
    fetchConfigBytes(core, artifact.repositoryName, {
      digest: parseDigest(config.digest),
      sizeBytes: config.size_bytes,
    }),
  )
  if (!bytes) throw notFound('a config of at most 1 MiB')
  return { config, bytes }
}
