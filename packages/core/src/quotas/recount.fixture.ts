import type { Core } from '../context/index.ts'

interface Count {
  usedBytes: number
  /** Digest → how many artifacts need it. */
  holders: Record<string, number>
}

/** For tests: what every project holds, by name, counted from the artifacts in the plainest way. */
export async function recount(core: Core): Promise<Record<string, Count>> {
  const { prisma } = core.db
  const sizes = new Map((await prisma.blob.findMany()).map((blob) => [blob.digest, Number(blob.sizeBytes)]))
  const counts: Record<string, Count> = {}
  for (const { name, id } of await prisma.project.findMany({ orderBy: { name: 'asc' } })) {
    const artifacts = await prisma.artifact.findMany({
      where: { projectId: id },
      include: { blobs: { include: { blob: true } } },
    })
    const holders: Record<string, number> = {}
    for (const artifact of artifacts)
      for (const digest of new Set([artifact.digest, ...artifact.blobs.map((line) => line.blob.digest)]))
        holders[digest] = (holders[digest] ?? 0) + 1
    const usedBytes = Object.keys(holders).reduce((sum, digest) => sum + sizes.get(digest)!, 0)
    counts[name] = { usedBytes, holders }
  }
  return counts
}

/** The same as it was kept while things happened. */
export async function counted(core: Core): Promise<Record<string, Count>> {
  const { prisma } = core.db
  const counts: Record<string, Count> = {}
  const projects = await prisma.project.findMany({ include: { quota: true }, orderBy: { name: 'asc' } })
  for (const { name, id, quota } of projects) {
    const rows = await prisma.projectBlob.findMany({ where: { projectId: id }, include: { blob: true } })
    const holders = Object.fromEntries(rows.map((row) => [row.blob.digest, row.holders]))
    counts[name] = { usedBytes: Number(quota?.usedBytes ?? 0), holders }
  }
  return counts
}
