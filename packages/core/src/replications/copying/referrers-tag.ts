import {
  type Digest,
  digestOf,
  type FetchedManifest,
  isDigest,
  MEDIA_TYPES,
  NotFoundError,
  parseManifest,
  referrersTag,
} from '@berth/registry-client'
import { pause } from '../sites/index.ts'
import type { Job } from './job.ts'
import { leaseUpload } from './uploads/lease.ts'

/**
 * Where a registry has no referrers API, whoever pushes a manifest with a subject keeps the list of them, an index under
 * a tag (OCI distribution-spec "Referrers Tag Schema"). One worker at a time adds to one list: it has a place like a blob on
 * its way, since a lock would hold a connection of the database for as long as the registry takes to answer.
 *
 * @param unlessListed ask the target first what it knows: for what was put before, by whomever
 */
export async function listReferrer(
  job: Job,
  fetched: FetchedManifest,
  { unlessListed = false }: { unlessListed?: boolean } = {},
): Promise<void> {
  const manifest = parseManifest(fetched.bytes, fetched.mediaType)
  const subject = manifest.subject?.digest
  const { to, artifact, signal, result } = job
  if (subject === undefined || to.key === 0) return
  if (unlessListed) {
    const known = await to.attached(artifact.target, subject, {
      signal,
      tags: new Set([referrersTag(subject)]),
    })
    if (known.some(({ digest }) => digest === fetched.digest)) return
  }
  const config = manifest.kind === 'image' ? manifest.config.mediaType : undefined
  const entry = {
    mediaType: manifest.mediaType,
    digest: fetched.digest,
    size: fetched.sizeBytes,
    artifactType: manifest.artifactType ?? config,
    ...(Object.keys(manifest.annotations).length > 0 && { annotations: manifest.annotations }),
  }
  await alone(job, subject, async (signal) => {
    const listed = await readList(job, subject, signal)
    if (listed === 'foreign')
      result.warnings.push(
        `${fetched.digest} is not in the list of what is attached to ${subject}: at the target something else has its tag ${referrersTag(subject)}`,
      )
    if (listed === 'foreign' || listed.some((one) => one.digest === fetched.digest)) return
    const index = { schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: [...listed, entry] }
    const bytes = new TextEncoder().encode(JSON.stringify(index))
    const digest = digestOf(bytes)
    await to.put(
      artifact.target,
      referrersTag(subject),
      { bytes, digest, mediaType: MEDIA_TYPES.ociIndex, sizeBytes: bytes.byteLength },
      { signal },
    )
  })
}

const ASK_AGAIN_MS = 200

/** Runs while no other worker has the place of this list at this registry. @throws the signal's reason */
async function alone(
  { core, to, artifact, signal }: Job,
  subject: Digest,
  run: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { target } = artifact
  const digest = digestOf(new TextEncoder().encode(`referrers ${target} ${subject}`))
  const place = { registryId: to.key, digest, repository: target, sourceId: 0, speedKbps: 0 }
  for (;;) {
    signal.throwIfAborted()
    const lease = await leaseUpload(core, place, new Set([target]))
    if ('busy' in lease || 'there' in lease) {
      await pause(ASK_AGAIN_MS * (0.5 + Math.random()), signal)
      continue
    }
    try {
      return await run(AbortSignal.any([signal, lease.signal]))
    } catch (error) {
      // The place was lost, as that of a blob may be: it is asked for again.
      if (!lease.signal.aborted || signal.aborted) throw error
    } finally {
      await lease.release(false).catch(() => {})
    }
  }
}

/**
 * The entries as they stand there, with fields that we do not know. `foreign`: the tag is on something that is no list, which
 * stays, as the specification has it.
 */
async function readList(
  { to, artifact }: Job,
  subject: Digest,
  signal: AbortSignal,
): Promise<{ digest: Digest }[] | 'foreign'> {
  try {
    const fetched = await to.manifest(artifact.target, referrersTag(subject), { signal })
    if (fetched.mediaType !== MEDIA_TYPES.ociIndex) return 'foreign'
    const { manifests } = JSON.parse(new TextDecoder().decode(fetched.bytes)) as { manifests?: unknown }
    return Array.isArray(manifests) ? manifests.filter((one) => isDigest(one?.digest)) : []
  } catch (error) {
    if (error instanceof NotFoundError) return []
    throw error
  }
}
