import {
  blobsOf,
  type Digest,
  type Manifest,
  ManifestError,
  NotFoundError,
  ProtocolError,
  parseManifest,
  type RepositoryName,
  type Tag,
} from '@berth/registry-client'
import type { CompiledFilters, TagCandidate } from '../filters.ts'
import type { PolicyFilter } from '../model.ts'
import { inSlices, type PatientTurns } from '../planning/index.ts'
import type { Site } from '../sites/index.ts'

const IMAGE_CONFIGS = [
  'application/vnd.docker.container.image.v1+json',
  'application/vnd.oci.image.config.v1+json',
]

type Kind = 'image' | 'artifact' | 'gone' | 'unreadable'

interface Of {
  site: Pick<Site, 'manifest' | 'head'>
  repository: RepositoryName
  filters: readonly PolicyFilter[]
  /** What asks the site now waits for these: nothing may be asked from within a turn. */
  turns: PatientTurns
  signal: AbortSignal
}

/**
 * What the filters `resource` let pass of one repository. What was deleted meanwhile is left out; what cannot be read passes,
 * since its copy says what is wrong with it, and keeps nothing else of the repository from going. Each manifest is read once.
 */
export class Kinds {
  private readonly of: Of
  private readonly wantedKinds: unknown[]
  private readonly known = new Map<Digest, Promise<Kind>>()

  constructor(of: Of) {
    this.of = of
    this.wantedKinds = of.filters.filter(({ type }) => type === 'resource').map(({ value }) => value)
  }

  /** Those that pass, in their order. @throws RegistryError of the site, the signal's reason */
  async wanted<T extends { digest: Digest }>(found: readonly T[]): Promise<T[]> {
    if (this.wantedKinds.length === 0) return [...found]
    const passed = new Set<T>()
    await inSlices(found, async (one) => {
      if (await this.isWanted(one.digest)) passed.add(one)
    })
    return found.filter((one) => passed.has(one))
  }

  /** As `wanted`, without what cannot be read: for what decides what is deleted, cannot tell means no. */
  async surelyWanted<T extends { digest: Digest }>(found: readonly T[]): Promise<T[]> {
    const passed = await this.wanted(found)
    const kinds = await Promise.all(passed.map(({ digest }) => this.known.get(digest)))
    return passed.filter((_, position) => kinds[position] !== 'unreadable')
  }

  /**
   * Of all tags of a repository those that go. Without the filter `newest` that of the kind is left to `wanted`: only what has
   * to be copied is asked for it. With both, the newest are asked first, until there are enough.
   *
   * @throws as `wanted`
   */
  async select<T extends TagCandidate & { tag: Tag; digest?: Digest }>(
    filters: CompiledFilters,
    candidates: readonly T[],
  ): Promise<T[]> {
    const { newest } = filters
    if (newest === undefined || this.wantedKinds.length === 0) return filters.select(candidates)
    const ordered = filters.newestFirst(candidates)
    const chosen = new Map<Tag, T>()
    // Twice as many each time: few are asked for nothing, and ten thousand of another kind are not asked one by one.
    for (let start = 0, size = newest; start < ordered.length && chosen.size < newest; size *= 2) {
      const batch = ordered.slice(start, start + size)
      start += size
      const digests = new Map<Tag, Digest>()
      await inSlices(batch, async (one) => {
        const digest = one.digest ?? (await this.digestOf(one.tag))
        if (digest && (await this.isWanted(digest))) digests.set(one.tag, digest)
      })
      for (const one of batch) {
        const digest = digests.get(one.tag)
        // With its digest, which is not asked for again.
        if (digest && chosen.size < newest) chosen.set(one.tag, { ...one, digest })
      }
    }
    return candidates.flatMap(({ tag }) => chosen.get(tag) ?? [])
  }

  private async digestOf(tag: Tag): Promise<Digest | undefined> {
    const { site, repository, turns, signal } = this.of
    return (await turns.run(() => site.head(repository, tag, { signal }), signal))?.digest
  }

  private async isWanted(digest: Digest): Promise<boolean> {
    const { site, repository, turns, signal } = this.of
    const asked = this.known.get(digest) ?? turns.run(() => kindOf(site, repository, digest, signal), signal)
    this.known.set(digest, asked)
    const kind = await asked
    return kind === 'unreadable' || this.wantedKinds.every((value) => value === kind)
  }
}

/** What the filter `resource` goes by: what can be run, alone or in an index, is an image. */
async function kindOf(
  site: Of['site'],
  repository: RepositoryName,
  digest: Digest,
  signal: AbortSignal,
): Promise<Kind> {
  const manifest = await read(site, repository, digest, signal)
  if (typeof manifest === 'string') return manifest
  if (manifest.artifactType !== undefined) return 'artifact'
  if (manifest.kind === 'index') return blobsOf(manifest).length === 0 ? 'image' : 'artifact'
  return IMAGE_CONFIGS.includes(manifest.config.mediaType) ? 'image' : 'artifact'
}

async function read(
  site: Of['site'],
  repository: RepositoryName,
  digest: Digest,
  signal: AbortSignal,
): Promise<Manifest | 'gone' | 'unreadable'> {
  try {
    const { bytes, mediaType } = await site.manifest(repository, digest, { signal })
    return parseManifest(bytes, mediaType)
  } catch (error) {
    if (error instanceof NotFoundError) return 'gone'
    if (error instanceof ManifestError || error instanceof ProtocolError) return 'unreadable'
    throw error
  }
}
