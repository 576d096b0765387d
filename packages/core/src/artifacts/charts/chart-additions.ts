import { MEDIA_TYPES, parseDigest } from '@berth/registry-client'
import type { Core } from '../../context/index.ts'
import { badRequest, notFound } from '../../errors/index.ts'
import { askRegistry, registryClient } from '../../registry/index.ts'
import type { Artifact } from '../model.ts'
import { repositoryNamed } from '../name.ts'
import { readLayer } from '../reading/store.ts'
import { CHART_LIMITS, fileFromChart } from './chart-file.ts'
import { ArchiveError } from './tar.ts'

export type ChartFile = 'readme.md' | 'values.yaml'

const FETCH_TIMEOUT_MS = 15_000
/** What charts were pushed with before Helm 3.7 settled on a type. */
const LEGACY_TYPE = 'application/tar+gzip'

/**
 * A file of the chart, as packed. Nothing of the archive is stored and no more of it is held than this file.
 *
 * @throws DomainError NOT_FOUND when the chart has none; BAD_REQUEST for an archive that is broken or beyond the
 * limits; UNAVAILABLE when the registry does not answer
 */
export async function readChartFile(core: Core, artifact: Artifact, file: ChartFile): Promise<Buffer> {
  const layer = await readLayer(core, artifact.id, [MEDIA_TYPES.helmChart, LEGACY_TYPE])
  if (!layer) throw notFound('the archive of this chart')
  if (layer.size_bytes > CHART_LIMITS.maxArchiveBytes)
    throw badRequest('the archive of this chart is too large')
  try {
    const content = await askRegistry(async () => {
      const blob = await registryClient(core).getBlob(
        repositoryNamed(artifact.repositoryName),
        parseDigest(layer.digest),
        { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) },
      )
      return fileFromChart(blob.stream, file)
    })
    if (!content) throw notFound(file)
    return content
  } catch (error) {
    throw error instanceof ArchiveError ? badRequest(`this chart cannot be read: ${error.message}`) : error
  }
}

/** What the chart needs, as Helm wrote it into the config when the chart was packed. */
export function dependenciesOf(config: Record<string, unknown> | undefined): object[] {
  const listed = config?.dependencies
  if (!Array.isArray(listed)) return []
  return listed.filter((item) => typeof item === 'object' && item !== null && !Array.isArray(item))
}
