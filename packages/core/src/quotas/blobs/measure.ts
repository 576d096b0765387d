import { type Descriptor, parseRepositoryName } from '@berth/registry-client'
import type { Core } from '../../context/index.ts'
import { DomainError } from '../../errors/index.ts'
import { registryClient } from '../../registry/index.ts'
import { touchHolders } from '../storage/store.ts'
import { correctSize, insertBlobs, markMeasured, readBlobs } from './store.ts'

/** What a manifest says of a blob. */
export type Claim = Pick<Descriptor, 'digest' | 'sizeBytes' | 'mediaType' | 'urls'>
export interface BlobSize {
  sizeBytes: number
  /** False when it is what the manifest claims. */
  measured: boolean
}

const ASK_TIMEOUT_MS = 15_000
const AT_ONCE = 8
// A guard measures, and a moment later the index writes down the same.
const REMEMBER_MS = 60_000
const REMEMBER = 20_000

// Layers that stay where `urls` say (Windows base images): what the registry does not hold takes no storage.
const isForeign = ({ mediaType, urls }: Claim) =>
  /foreign|nondistributable/.test(mediaType) && (urls?.length ?? 0) > 0
const claimed = (claim: Claim): BlobSize => ({
  sizeBytes: isForeign(claim) ? 0 : claim.sizeBytes,
  measured: false,
})

const measured = (core: Core) => core.cache<number>('quotas.blob-sizes', REMEMBER_MS, REMEMBER)

/** Of a blob that the registry has just taken from this process, which counted it: nobody need ask. */
export const noteBlobSize = (core: Core, digest: string, sizeBytes: number): void =>
  measured(core).set(digest, sizeBytes)

/**
 * The sizes of blobs as the registry tells them: what a manifest says of them is a claim, and a claim of one byte
 * would walk past every limit. What the registry does not have counts as claimed.
 *
 * @param strict refuse when the registry does not answer, instead of believing the claims
 * @throws DomainError UNAVAILABLE, only when strict
 */
export async function measureBlobs(
  core: Core,
  repository: string,
  claims: readonly Claim[],
  { strict = false }: { strict?: boolean } = {},
): Promise<Map<string, BlobSize>> {
  const name = parseRepositoryName(repository)
  const known = measured(core)
  const signal = AbortSignal.timeout(ASK_TIMEOUT_MS)
  const sizes = new Map<string, BlobSize>()
  const waiting = [...claims]
  const ask = async (claim: Claim): Promise<BlobSize> => {
    const head = async () => (await registryClient(core).headBlob(name, claim.digest, { signal }))?.sizeBytes
    try {
      const sizeBytes = await known.get(claim.digest, head)
      if (sizeBytes !== undefined) return { sizeBytes, measured: true }
      return claimed(claim)
    } catch (cause) {
      if (strict) throw new DomainError('UNAVAILABLE', 'the registry does not answer; try again', { cause })
      return claimed(claim)
    }
  }
  const worker = async () => {
    for (let claim = waiting.shift(); claim; claim = waiting.shift())
      sizes.set(claim.digest, await ask(claim))
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, waiting.length) }, worker))
  return sizes
}

/** A manifest, and the blobs that it names. */
interface Holder {
  digest: string
  bytes: Uint8Array
  blobs: readonly Claim[]
  adopted?: boolean
}

/**
 * Ids of the blobs of manifests of one repository and of the manifests themselves, made where they are missing. Outside
 * the push's transaction on purpose: a blob is a fact about bytes that all repositories share, and pushes of the same base
 * image must not wait for each other's locks.
 */
export async function ensureBlobs(
  core: Core,
  repository: string,
  manifests: readonly Holder[],
): Promise<Map<string, number>> {
  const own = new Map(manifests.map(({ digest, bytes }) => [digest, bytes.byteLength]))
  const claims = new Map<string, Claim>()
  // What a push brought is measured, also where something else needs it that was there before.
  const pushed = new Set<string>()
  for (const { blobs, adopted } of manifests)
    for (const blob of blobs) {
      if (own.has(blob.digest)) continue
      claims.set(blob.digest, blob)
      if (!adopted) pushed.add(blob.digest)
    }
  // Sorted, so that two pushes meet the same rows in the same order.
  const digests = [...claims.keys(), ...own.keys()].sort()
  const known = await readBlobs(core, digests)
  const unknown = digests.filter((digest) => !known.get(digest)?.measured)
  const asked = unknown.flatMap((digest) => claims.get(digest) ?? [])
  const measurable = asked.filter(({ digest }) => pushed.has(digest))
  const sizes: Map<string, BlobSize> = new Map([
    ...asked.map((claim) => [claim.digest, claimed(claim)] as const),
    ...(await measureBlobs(core, repository, measurable)),
  ])
  for (const [digest, sizeBytes] of own) sizes.set(digest, { sizeBytes, measured: true })

  const missing = unknown.filter((digest) => !known.has(digest))
  await insertBlobs(
    core,
    missing.map((digest) => ({ digest, ...sizes.get(digest)! })),
  )
  for (const [digest, row] of await readBlobs(core, missing)) known.set(digest, row)
  await settle(core, known, sizes)
  return new Map([...known].map(([digest, { id }]) => [digest, id]))
}

/** Writes down what was measured of blobs whose size was only claimed so far. Gives how many had another size. */
export async function settle(
  core: Core,
  rows: ReadonlyMap<string, { id: number } & BlobSize>,
  sizes: ReadonlyMap<string, BlobSize>,
): Promise<number> {
  const confirmed: number[] = []
  let corrected = 0
  for (const [digest, row] of rows) {
    const size = sizes.get(digest)
    if (row.measured || !size?.measured) continue
    if (size.sizeBytes === row.sizeBytes) confirmed.push(row.id)
    else {
      // Not in one transaction, for a push locks its repository before its blobs. Before it as well: a process that ends
      // in between leaves bytes that are added up again, and none that count as right.
      await touchHolders(core, row.id)
      await correctSize(core, row.id, size.sizeBytes)
      await touchHolders(core, row.id)
      corrected++
    }
  }
  await markMeasured(core, confirmed)
  return corrected
}
