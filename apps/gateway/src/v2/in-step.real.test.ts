import { type Core, SYSTEM } from '@berth/core'
import { createRegistry } from '@berth/core/registries'
import { createPolicy, getReplication, startReplication, workReplicationsNow } from '@berth/core/replications'
import { type Digest, digestOf, MEDIA_TYPES, type RepositoryName, type Tag } from '@berth/registry-client'
import { startFakeRegistry } from '@berth/registry-client/fake'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PASSWORD, startBerth, type TestBerth } from '../../test/berth.ts'

// What a whole run asks for that finds all in step: 10,000 tags, a hundred on each artifact.
const REPOSITORIES = Array.from({ length: 10 }, (_, n) => `team/app-${n}` as RepositoryName)
const TAGS = 1_000
const TAGS_OF_ARTIFACT = 100
const manifests = new Map<RepositoryName, { tag: Tag; digest: Digest; bytes: Uint8Array }[]>(
  REPOSITORIES.map((repository) => [
    repository,
    Array.from({ length: TAGS }, (_, n) => {
      const bytes = Buffer.from(`{"of":"${repository}","n":${Math.floor(n / TAGS_OF_ARTIFACT)}}`)
      return { tag: `v${n}` as Tag, digest: digestOf(bytes), bytes }
    }),
  ]),
)
let east: TestBerth
let west: TestBerth
/** As the gateway of the second one logs them. */
const asked: string[] = []

beforeAll(async () => {
  const log = (_level: string, message: string, facts?: Record<string, unknown>) => {
    if (message === 'request') asked.push(`${facts?.method} ${facts?.path}`)
  }
  ;[east, west] = await Promise.all([startBerth(), startBerth({ accessLog: true, log })])
  await west.addUser('root')
  for (const berth of [east, west]) await fill(berth.core, await berth.addProject('team'))
})
afterAll(async () => {
  await Promise.all([east?.close(), west?.close()])
})

/** Its index as pushes would have left it; a comparison reads nothing else. */
async function fill({ db }: Core, projectId: number): Promise<void> {
  const pushedAt = new Date()
  for (const [name, found] of manifests) {
    const { id: repositoryId } = await db.prisma.repository.create({
      data: { projectId, name, artifactCount: TAGS / TAGS_OF_ARTIFACT },
      select: { id: true },
    })
    const types = {
      type: 'IMAGE',
      mediaType: MEDIA_TYPES.ociConfig,
      manifestMediaType: MEDIA_TYPES.ociManifest,
    }
    await db.prisma.artifact.createMany({
      data: [...new Map(found.map((one) => [one.digest, one])).values()].map(({ digest, bytes }) => ({
        ...{ projectId, repositoryId, digest, ...types, annotations: {}, extraAttrs: {}, pushedAt },
        ...{ manifestSizeBytes: bytes.length, sizeBytes: bytes.length },
      })),
    })
  }
  // Ten thousand rows through Prisma take longer than the run.
  await db.query(
    `INSERT INTO tags (project_id, repository_id, artifact_id, name, name_key, pushed_at)
      SELECT a.project_id, a.repository_id, a.id, 'v' || n, 'v' || n, a.pushed_at
      FROM (SELECT artifacts.*, row_number() OVER (PARTITION BY repository_id ORDER BY id) - 1 AS place FROM artifacts) a
      CROSS JOIN LATERAL generate_series(place * ${TAGS_OF_ARTIFACT}, (place + 1) * ${TAGS_OF_ARTIFACT} - 1) n`,
  )
}

/** A run of a policy of its own that pushes all of it. */
async function run(
  name: string,
  registry: { type: string; url: string; accessKey?: string; accessSecret?: string },
) {
  const { core } = east
  await createRegistry(core, SYSTEM, { name, ...registry })
  const { id: destRegistryId } = await core.db.prisma.registry.findUniqueOrThrow({ where: { name } })
  const policyId = await createPolicy(core, SYSTEM, { name, enabled: true, override: true, destRegistryId })
  asked.length = 0
  const id = await startReplication(core, SYSTEM, policyId)
  return async () => {
    await workReplicationsNow(core)
    const { status, statusMessage, tasks } = await getReplication(core, SYSTEM, id)
    expect({ status, statusMessage }).toEqual({ status: 'Success', statusMessage: '10000 tags are in step' })
    expect(Object.values(tasks).every((count) => count === 0)).toBe(true)
  }
}

test('a plain registry is asked for one list of each repository and one HEAD of each tag', async () => {
  const plain = await startFakeRegistry()
  try {
    for (const [repository, found] of manifests)
      plain.state.repositories.set(repository, {
        manifests: new Map(
          found.map(({ digest, bytes }) => [digest, { mediaType: MEDIA_TYPES.ociManifest, bytes }]),
        ),
        tags: new Map(found.map(({ tag, digest }) => [tag, digest])),
        blobs: new Map(),
      })
    const finish = await run('plain', { type: 'docker-registry', url: plain.url })
    plain.state.requests.length = 0
    await finish()
    const requests = plain.state.requests.map(({ method, url }) => `${method} ${url.split('?')[0]}`)
    const lists = requests.filter((line) => line.endsWith('/tags/list'))
    expect(lists.sort()).toEqual(REPOSITORIES.map((name) => `GET /v2/${name}/tags/list`).sort())
    const heads = requests.filter((line) => line.startsWith('HEAD '))
    expect(heads).toHaveLength(REPOSITORIES.length * TAGS)
    expect(new Set(heads).size).toBe(heads.length)
    // Beside them at most the question how one signs in.
    expect(requests.length - lists.length - heads.length).toBeLessThanOrEqual(1)
  } finally {
    await plain.close()
  }
})

test('another Berth is asked for one list of the artifacts of each repository', async () => {
  const finish = await run('berth', {
    ...{ type: 'berth', url: west.url, accessKey: 'root', accessSecret: PASSWORD },
  })
  asked.length = 0
  await finish()
  const lists = asked.filter((line) =>
    /^GET \/api\/v2\.0\/projects\/team\/repositories\/[^/]+\/artifacts/.test(line),
  )
  expect(lists).toHaveLength(REPOSITORIES.length)
  expect(
    asked.filter((line) => !lists.includes(line) && !/ \/(api\/v2\.0\/systeminfo|v2\/)$/.test(line)),
  ).toEqual([])
})
