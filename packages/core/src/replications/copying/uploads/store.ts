import type { Digest, RepositoryName } from '@berth/registry-client'
import type { Core } from '../../../context/index.ts'

/** The right to send a blob to a registry, until the lease runs out. */
export interface HeldUpload {
  id: bigint
  holder: string
}

export interface UploadProgress {
  sealedLocation: string
  minChunkBytes: number
  offsetBytes: number
}

export type UploadClaim =
  | { kind: 'mine'; held: HeldUpload; repository: RepositoryName; begun: UploadProgress | undefined }
  /** Somebody sends it right now. */
  | { kind: 'busy'; holder?: string }
  /** It has been sent, there. */
  | { kind: 'there'; repository: RepositoryName }

interface Wanted {
  registryId: number
  digest: Digest
  repository: RepositoryName
  holder: string
  leaseMs: number
}

/** Takes the blob's place, if nobody else holds it, and it was not sent to a repository other than `notTo`. */
export async function claimUpload(
  core: Core,
  wanted: Wanted,
  notTo: ReadonlySet<string>,
): Promise<UploadClaim> {
  const { registryId: destRegistryId, digest, repository, holder, leaseMs } = wanted
  const uploads = core.db.prisma.replicationUpload
  const now = core.now()
  const taken = {
    repository,
    holder,
    leaseUntil: new Date(now + leaseMs),
    updatedAt: new Date(now),
    finished: false,
  }
  const { count } = await uploads.createMany({
    data: [{ destRegistryId, digest, ...taken }],
    skipDuplicates: true,
  })
  const row = await uploads.findUnique({ where: { destRegistryId_digest: { destRegistryId, digest } } })
  // Purged in this very moment: the next look finds a free place.
  if (!row) return { kind: 'busy' }
  const held = { id: row.id, holder }
  if (count > 0 && row.holder === holder) return { kind: 'mine', held, repository, begun: undefined }
  if (row.finished && !notTo.has(row.repository))
    return { kind: 'there', repository: row.repository as RepositoryName }
  if (!row.finished && row.leaseUntil.getTime() > now) return { kind: 'busy', holder: row.holder }
  const { count: won } = await uploads.updateMany({
    where: { id: row.id, holder: row.holder, leaseUntil: row.leaseUntil, finished: row.finished },
    // Kept where it can be gone on with, for the one who comes next should this one be killed at once.
    data:
      row.repository === repository && !row.finished
        ? taken
        : { ...taken, sealedLocation: null, offsetBytes: 0 },
  })
  if (won === 0) return { kind: 'busy' }
  const begun =
    row.finished || row.sealedLocation === null
      ? undefined
      : {
          sealedLocation: row.sealedLocation,
          minChunkBytes: row.minChunkBytes,
          offsetBytes: Number(row.offsetBytes),
        }
  return { kind: 'mine', held, repository: row.repository as RepositoryName, begun }
}

/** False when somebody else has it by now. */
export async function renewUpload(
  core: Core,
  held: HeldUpload,
  leaseMs: number,
  progress?: UploadProgress,
): Promise<boolean> {
  const now = core.now()
  const { count } = await core.db.prisma.replicationUpload.updateMany({
    where: { id: held.id, holder: held.holder },
    data: {
      leaseUntil: new Date(now + leaseMs),
      updatedAt: new Date(now),
      ...(progress && { ...progress, offsetBytes: BigInt(progress.offsetBytes) }),
    },
  })
  return count > 0
}

/** It is there: until the row is purged, others mount it from this repository. */
export async function finishUpload(core: Core, held: HeldUpload): Promise<void> {
  await core.db.prisma.replicationUpload.updateMany({
    where: { id: held.id, holder: held.holder },
    data: {
      finished: true,
      sealedLocation: null,
      leaseUntil: new Date(core.now()),
      updatedAt: new Date(core.now()),
    },
  })
}

/** Lets others send it; what the registry has of it is kept for them when `keep`. */
export async function releaseUpload(core: Core, held: HeldUpload, keep: boolean): Promise<void> {
  const where = { id: held.id, holder: held.holder, finished: false }
  const uploads = core.db.prisma.replicationUpload
  if (keep) await uploads.updateMany({ where, data: { leaseUntil: new Date(core.now()) } })
  else await uploads.deleteMany({ where })
}

/** How many rows went that nobody has touched since `before`. */
export async function purgeUploads(core: Core, before: Date): Promise<number> {
  const { count } = await core.db.prisma.replicationUpload.deleteMany({
    where: { updatedAt: { lt: before } },
  })
  return count
}
