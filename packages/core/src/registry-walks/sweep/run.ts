import { once } from 'node:events'
import { ManifestError, RateLimitedError, RegistryError, UnavailableError } from '@berth/registry-client'
import type { Actor } from '../../authorization/index.ts'
import { type Core, isOutOfTime } from '../../context/index.ts'
import { DomainError } from '../../errors/index.ts'
import { plainText } from '../../plain-text/index.ts'
import { registryClient } from '../../registry/index.ts'
import {
  type Finding,
  type FindingKind,
  MAX_FINDINGS_OF_A_KIND,
  type RegistryWalk,
  type WalkCursor,
} from '../model.ts'
import { type Progress, writeProgress } from '../store.ts'

/** Thrown out of a walk that was stopped or that another process goes on with. */
export class WalkEnded extends Error {
  override name = 'WalkEnded'
}

/** One process's run of a walk: what it needs, and what it has found since it last wrote down its progress. */
export interface Run {
  /** Every request to the registry that is made with it keeps to the walk's rate. */
  core: Core
  walk: RegistryWalk
  signal: AbortSignal
  /** For whom projects are made. */
  owner: Actor
  found(finding: Omit<Finding, 'detail' | 'mended'> & Partial<Finding>): void
  /** A tag that was taken over as asked: counted, since a finding for each would bury what went wrong. */
  tookOver(): void
  placed(project: string, repositories: number, tags: number): void
  /** Everything up to this cursor is done, and the names listed of `forgetNamesOf` need not be kept. @throws WalkEnded */
  reached(cursor: WalkCursor, forgetNamesOf?: string): Promise<void>
  /** Writes down what was reached. @throws WalkEnded */
  flush(): Promise<void>
  /**
   * Asks the registry, again when it is busy or away. Undefined: this one thing cannot be had and has become a finding.
   *
   * @throws RegistryError when the registry as a whole does not answer
   */
  attempt<T>(what: Pick<Finding, 'repository' | 'reference'>, ask: () => Promise<T>): Promise<T | undefined>
}

// A registry that is restarted is back before the last of them, six seconds later.
const ATTEMPTS = 6
const FIRST_WAIT_MS = 100
const LONGEST_WAIT_MS = 30_000
const MAX_TEXT = 1_000
const failures: ReadonlySet<FindingKind> = new Set(['failed', 'not_a_manifest', 'incomplete'])
// Small repositories share a transaction; after a crash this much is walked again.
const FLUSH_MS = 250

type Proposals = Map<string, { project: string; repositories: number; tags: number }>

function add(
  proposals: Proposals,
  { project, repositories, tags }: NonNullable<ReturnType<Proposals['get']>>,
): void {
  const held = proposals.get(project) ?? { project, repositories: 0, tags: 0 }
  held.repositories += repositories
  held.tags += tags
  proposals.set(project, held)
}

export function createRun(
  context: Pick<Run, 'core' | 'walk' | 'signal' | 'owner'> & {
    runner: string
    requests: () => number
    /** How many findings of each kind earlier runs of this walk have kept. */
    kept: Map<FindingKind, number>
  },
): Run {
  const { core, walk, signal, owner, runner, requests, kept } = context
  const { counts } = walk
  const requestsBefore = counts.requests
  let findings: Finding[] = []
  let proposals: Proposals = new Map()
  let ready: (Progress & { proposals: Proposals }) | undefined
  let writing: Promise<void> = Promise.resolve()
  let flushedMs = 0
  const run: Run = {
    core,
    walk,
    signal,
    owner,
    found(finding) {
      const full = { detail: '', mended: false, ...finding }
      counts.findings++
      const before = kept.get(full.kind) ?? 0
      // Each kind has its own room: a thousand of one must not push the only one of another out.
      if (before < MAX_FINDINGS_OF_A_KIND) {
        kept.set(full.kind, before + 1)
        findings.push({
          ...full,
          repository: plainText(full.repository, 300),
          reference: plainText(full.reference, 300),
          detail: plainText(full.detail, MAX_TEXT),
        })
      }
      if (full.mended) counts.mended++
      if (failures.has(full.kind)) counts.failed++
    },
    tookOver() {
      counts.mended++
    },
    placed(project, repositories, tags) {
      add(proposals, { project, repositories, tags })
    },
    async reached(cursor, forgetNamesOf) {
      walk.cursor = cursor
      counts.requests = requestsBefore + requests()
      const placed: Proposals = ready?.proposals ?? new Map()
      for (const proposal of proposals.values()) add(placed, proposal)
      proposals = new Map()
      ready = {
        cursor,
        counts: { ...counts },
        findings: [...(ready?.findings ?? []), ...findings],
        proposals: placed,
        forgetNamesOf: [
          ...(ready?.forgetNamesOf ?? []),
          ...(forgetNamesOf === undefined ? [] : [forgetNamesOf]),
        ],
      }
      findings = []
      if (performance.now() - flushedMs > FLUSH_MS) await run.flush()
    },
    flush() {
      // One after the other: the heartbeat flushes as well.
      writing = writing.then(async () => {
        if (!ready) return
        const progress = ready
        ready = undefined
        flushedMs = performance.now()
        if (!(await writeProgress(core, { id: walk.id, runner }, progress))) throw new WalkEnded()
      })
      return writing
    },
    async attempt(what, ask) {
      try {
        return await askPatiently(run, ask)
      } catch (error) {
        if (!isOfOneThing(error)) throw error
        // One thing that fails is a finding; a registry that answers nothing ends the walk.
        if (error instanceof UnavailableError) await registryClient(core).ping({ signal })
        run.found({ ...what, kind: kindOf(error), detail: wordsOf(error) })
        return undefined
      }
    },
  }
  return run
}

/** Asks again when the registry is busy or away, a few times. @throws what the last try threw; the signal's reason */
export async function askPatiently<T>(
  { core, signal }: Pick<Run, 'core' | 'signal'>,
  ask: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (signal.aborted) throw signal.reason
      const passing = error instanceof UnavailableError || error instanceof RateLimitedError
      if (!passing || attempt >= ATTEMPTS) throw error
      const waitMs = error.retryAfterMs ?? FIRST_WAIT_MS * 2 ** attempt
      const waited = new AbortController()
      const stopped = once(signal, 'abort', { signal: waited.signal }).catch(() => {})
      await Promise.race([core.wait(Math.min(waitMs, LONGEST_WAIT_MS)), stopped])
      waited.abort()
      if (signal.aborted) throw signal.reason
    }
  }
}

/** What is too much for one transaction says nothing of the others. */
const isOfOneThing = (error: unknown): boolean =>
  error instanceof RegistryError ||
  error instanceof ManifestError ||
  error instanceof DomainError ||
  isOutOfTime(error)

function kindOf(error: unknown): Finding['kind'] {
  if (error instanceof ManifestError) return 'not_a_manifest'
  if (error instanceof DomainError && error.code === 'MANIFEST_BLOB_UNKNOWN') return 'incomplete'
  return 'failed'
}

/** What administrators may read of a failure, the registry's own words included. */
export function wordsOf(error: unknown): string {
  if (error instanceof RegistryError)
    return plainText([error.message, error.detail].filter(Boolean).join(': '), MAX_TEXT)
  if (error instanceof DomainError || error instanceof ManifestError)
    return plainText(error.message, MAX_TEXT)
  if (isOutOfTime(error)) return 'it took longer than one transaction of the database may'
  return 'it failed inside Berth; the log of the jobs has more'
}
