import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseDigest, parseRepositoryName } from '@berth/registry-client'
import { addProject, image, index, push, startRegistry, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  deleteArtifact,
  getAddition,
  getArtifact,
  removeManifest,
  resolveReference,
} from '../artifacts/index.ts'
import { SYSTEM } from '../authorization/index.ts'
import { type Core, createCore } from '../context/index.ts'
import { deleteRepository } from '../repositories/index.ts'
import { createTag, deleteTag } from '../tags/index.ts'
import { TOKEN_ISSUER, TOKEN_SERVICES, writeCertificateBundle } from '../tokens/index.ts'
import { registryClient } from './index.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let registry: Awaited<ReturnType<typeof startRegistry>>
let directory: string
let core: Core

beforeAll(async () => {
  database = await testDatabase()
  directory = await mkdtemp(join(tmpdir(), 'berth-core-registry-'))
  const bundlePath = join(directory, 'bundle.pem')
  const settings = {
    databaseUrl: database.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://localhost:8080',
  }
  const keys = createCore({ ...settings, registryUrl: 'http://127.0.0.1:1' })
  await writeCertificateBundle(keys, bundlePath)
  await keys.close()
  registry = await startRegistry({
    auth: {
      realm: 'http://localhost:8080/service/token',
      service: TOKEN_SERVICES[0]!,
      issuer: TOKEN_ISSUER,
      bundlePath,
    },
  })
  core = createCore({ ...settings, registryUrl: registry.url })
  await addProject(core, 'team')
})
afterAll(async () => {
  await core.close()
  await registry.stop()
  await database.drop()
  await rm(directory, { recursive: true, force: true })
})

const app = parseRepositoryName('team/app')
const tags = async () => {
  const names: string[] = []
  for await (const page of registryClient(core).tags(app)) names.push(...page.items)
  return names.sort()
}
const has = async (digest: string) =>
  (await registryClient(core).headManifest(app, parseDigest(digest))) !== undefined

test('with tokens of its own Berth pushes, reads a config, and gives the documents as they are', async () => {
  const pushed = image('real', {
    config: { os: 'linux', architecture: 'arm64', history: [{ comment: 'one' }] },
  })
  await push(core, app, pushed, 'v1')
  const artifact = await getArtifact(core, SYSTEM, { repository: app, reference: 'v1' })
  expect(artifact.extraAttrs).toMatchObject({ os: 'linux', architecture: 'arm64' })
  const manifest = await getAddition(core, SYSTEM, { repository: app, reference: 'v1', addition: 'manifest' })
  expect(Buffer.from(manifest.bytes).equals(pushed.bytes)).toBe(true)
  const history = await getAddition(core, SYSTEM, {
    repository: app,
    reference: 'v1',
    addition: 'build_history',
  })
  expect(JSON.parse(new TextDecoder().decode(history.bytes))).toEqual([{ comment: 'one' }])
})

test('a tag is added and taken away without its manifest, on a registry that deletes no tags', async () => {
  const pushed = image('tags')
  await push(core, app, pushed, 'keep')
  await createTag(core, SYSTEM, { repository: app, reference: 'keep', name: 'extra' })
  expect(await tags()).toContain('extra')
  await deleteTag(core, SYSTEM, { repository: app, reference: 'keep', name: 'extra' })
  expect(await tags()).toContain('keep')
  expect(await tags()).not.toContain('extra')
  expect(await has(pushed.digest)).toBe(true)
  expect(await resolveReference(core, app, 'extra')).toBeUndefined()
  await createTag(core, SYSTEM, { repository: app, reference: 'keep', name: 'extra' })
  expect(await tags()).toContain('extra')
})

test('an index goes with its children and tags, a repository with everything', async () => {
  const children = [image('amd64'), image('arm64')]
  const both = index(children)
  for (const child of children) await push(core, app, child)
  await push(core, app, both, 'multi')
  await expect(
    removeManifest(core, SYSTEM, { repository: app, digest: children[0]!.digest }),
  ).rejects.toMatchObject({ code: 'PRECONDITION' })
  await deleteArtifact(core, SYSTEM, { repository: app, reference: 'multi' })
  for (const { digest } of [both, ...children]) expect(await has(digest)).toBe(false)
  expect(await tags()).not.toContain('multi')
  // The layers are still there: the same image may come back without them.
  await push(core, app, children[0]!, 'back')
  expect(await has(children[0]!.digest)).toBe(true)
  await deleteRepository(core, SYSTEM, app)
  expect(await tags()).toEqual([])
  expect(await has(children[0]!.digest)).toBe(false)
})

test('a registry that is away is named as such, and nothing is forgotten', async () => {
  const pushed = image('away')
  await push(core, 'team/away', pushed, 'v1')
  await registry.kill()
  const ref = { repository: 'team/away', reference: 'v1' }
  for (const ask of [
    () => deleteArtifact(core, SYSTEM, ref),
    () => deleteTag(core, SYSTEM, { ...ref, name: 'v1' }),
    () => createTag(core, SYSTEM, { ...ref, name: 'v2' }),
    () => getAddition(core, SYSTEM, { ...ref, addition: 'manifest' }),
    () => deleteRepository(core, SYSTEM, 'team/away'),
  ])
    await expect(ask()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  expect(await resolveReference(core, 'team/away', 'v1')).toBeDefined()
  await registry.restart()
  await deleteArtifact(core, SYSTEM, ref)
  expect(await resolveReference(core, 'team/away', 'v1')).toBeUndefined()
})
