import type { FakeRegistry } from '@berth/registry-client/fake'
import type { Core } from '../../context/index.ts'

/** For tests: what the registry holds of a repository. */
export function inRegistry({ state }: FakeRegistry, repository: string) {
  const found = state.repositories.get(repository as never)
  return {
    manifests: [...(found?.manifests.keys() ?? [])].sort(),
    tags: Object.fromEntries([...(found?.tags ?? [])].sort()),
    blobs: [...(found?.blobs.keys() ?? [])].sort(),
  }
}

/** For tests: the same by the index. */
export async function inIndex({ db }: Core, repository: string) {
  const rows = await db.prisma.artifact.findMany({
    where: { repository: { name: repository } },
    include: { tags: true, blobs: { include: { blob: true } } },
  })
  return {
    manifests: rows.map(({ digest }) => digest).sort(),
    tags: Object.fromEntries(
      rows.flatMap(({ digest, tags }) => tags.map(({ name }) => [name, digest])).sort(),
    ),
    blobs: [...new Set(rows.flatMap(({ blobs }) => blobs.map(({ blob }) => blob.digest)))].sort(),
  }
}
