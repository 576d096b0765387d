import { parseTag, type RepositoryName } from '@berth/registry-client'
import { adoptManifest, forgetTag, SILENT, TOLD } from '../../artifacts/index.ts'
import { SYSTEM } from '../../authorization/index.ts'
import type { FindingKind } from '../model.ts'
import { holdingRepository } from './hold-repository.ts'
import type { Run } from './run.ts'

export interface TagDrift {
  name: string
  kind: FindingKind
}

/**
 * Makes the index say of these tags what the registry says now, and reports each. What an adoption takes over is what was
 * asked for, no finding.
 */
export const settleTags = (
  run: Run,
  repository: RepositoryName,
  drifts: readonly TagDrift[],
): Promise<void> =>
  holdingRepository(run, repository, drifts, async ({ name, kind }) => {
    const report = (settled: FindingKind) =>
      run.found({ kind: settled, repository, reference: name, mended: true })
    // What is taken over was there all the time; what a reconcile finds was missed.
    const news = run.walk.kind === 'adopt' ? SILENT : TOLD
    if (await adoptManifest(run.core, SYSTEM, repository, parseTag(name), news))
      // A tag that was said to be gone has come back by itself.
      return kind === 'tag_gone' ? undefined : run.walk.kind === 'adopt' ? run.tookOver() : report(kind)
    await forgetTag(run.core, repository, name, news)
    // Listed and yet not there: the index did not know it either.
    if (kind !== 'tag_missing') report('tag_gone')
  })
