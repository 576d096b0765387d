import { addPerson, addProject, image, index, openShop, push, type Shop, testDatabase } from '@berth/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Actor, SYSTEM } from '../../authorization/index.ts'
import { type Core, createCore } from '../../context/index.ts'
import { createImmutableRule } from '../../immutable-rules/index.ts'
import { everything } from '../../list-query/index.ts'
import { updateProject } from '../../projects/index.ts'
import { deleteRepository } from '../../repositories/index.ts'
import { createTag, deleteTag, listTags } from '../../tags/index.ts'
import { deleteArtifact, getArtifact, guardPush, listArtifacts } from '../index.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let shop: Shop
let core: Core
let maintainer: Actor

beforeAll(async () => {
  database = await testDatabase()
  shop = await openShop(database.url)
  ;({ core } = shop)
  await addProject(core, 'team')
  await addProject(core, 'other')
  maintainer = await addPerson(core, 'maintainer', { team: 'maintainer' })
})
afterEach(() => core.db.prisma.immutableRule.deleteMany())
afterAll(async () => {
  await shop.close()
  await database.drop()
})

const rule = (tag: string, repository = '**', decorations = ['matches', 'repoMatches'], project = 'team') =>
  createImmutableRule(
    core,
    SYSTEM,
    { name: project },
    {
      tagSelectors: [{ kind: 'doublestar', decoration: decorations[0], pattern: tag }],
      scopeSelectors: {
        repository: [{ kind: 'doublestar', decoration: decorations[1], pattern: repository }],
      },
    },
  )
const immutable = expect.objectContaining({ code: 'PRECONDITION' })
const enter = (repository: string, tag: string | undefined, digest: string, at = core) =>
  guardPush(at, { repository, tag, digest })

describe('an immutable tag', () => {
  const [first, second] = [image('first'), image('second')]

  test('stays on its manifest; the same manifest again, other tags and a push by digest go on', async () => {
    await push(core, 'team/app', first, 'v1')
    await rule('v*')
    await expect(enter('team/app', 'v1', second.digest)).rejects.toEqual(immutable)
    await enter('team/app', 'v1', first.digest)
    await enter('team/app', 'v2', second.digest)
    await enter('team/app', 'latest', second.digest)
    await enter('team/app', undefined, second.digest)
  })

  test('is not deleted, nor the artifact that carries it, nor its repository', async () => {
    await push(core, 'team/kept', first, 'v1')
    await push(core, 'team/kept', first, 'also')
    await push(core, 'team/kept', second, 'free')
    await rule('v1', 'kept')
    const at = { repository: 'team/kept', reference: first.digest }
    await expect(deleteTag(core, maintainer, { ...at, name: 'v1' })).rejects.toEqual(immutable)
    await expect(deleteArtifact(core, maintainer, at)).rejects.toEqual(immutable)
    await expect(deleteArtifact(core, SYSTEM, { ...at, reference: 'also' })).rejects.toEqual(immutable)
    await expect(deleteRepository(core, SYSTEM, 'team/kept')).rejects.toEqual(immutable)
    expect((await getArtifact(core, SYSTEM, at)).tags).toHaveLength(2)

    await deleteTag(core, maintainer, { ...at, name: 'also' })
    await deleteArtifact(core, maintainer, { ...at, reference: 'free' })
    await core.db.prisma.immutableRule.updateMany({ data: { disabled: true } })
    await deleteArtifact(core, maintainer, at)
  })

  test('does not keep an index from going whose children merely look like it', async () => {
    const children = [image('child 1'), image('child 2')]
    const parent = index(children)
    for (const child of children) await push(core, 'team/multi', child)
    await push(core, 'team/multi', parent, 'latest')
    await rule('v*')
    await deleteArtifact(core, maintainer, { repository: 'team/multi', reference: 'latest' })
  })

  test('can be made once', async () => {
    await push(core, 'team/made', first)
    await rule('**')
    const at = { repository: 'team/made', reference: first.digest }
    await createTag(core, maintainer, { ...at, name: 'v1' })
    await expect(createTag(core, maintainer, { ...at, name: 'v1' })).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    await expect(deleteTag(core, maintainer, { ...at, name: 'v1' })).rejects.toEqual(immutable)
  })

  test('that only the registry knows is kept too', async () => {
    await push(core, 'team/foreign', first, 'v1')
    await core.db.prisma.tag.deleteMany({ where: { repository: { name: 'team/foreign' } } })
    await rule('v1')
    await expect(enter('team/foreign', 'v1', second.digest)).rejects.toEqual(immutable)
    await enter('team/foreign', 'v1', first.digest)
    await enter('team/foreign', 'new', second.digest)
  })
})

describe('an immutable tag that was put past Berth', () => {
  const inRegistry = (repository: string) => shop.registry.state.repositories.get(repository as never)!
  const [known, unknown] = [image('known'), image('unknown')]

  test('keeps a manifest that the index has without it', async () => {
    await push(core, 'team/past', known, 'latest')
    inRegistry('team/past').tags.set('v1' as never, known.digest)
    await rule('v*')
    const at = { repository: 'team/past', reference: 'latest' }
    await expect(deleteArtifact(core, maintainer, at)).rejects.toEqual(immutable)
    inRegistry('team/past').tags.set('v1' as never, unknown.digest)
    await expect(deleteRepository(core, maintainer, 'team/past')).resolves.toBeUndefined()
  })

  test('keeps its repository', async () => {
    await push(core, 'team/whole', known, 'latest')
    inRegistry('team/whole').tags.set('v1' as never, known.digest)
    await rule('v*', 'whole')
    await expect(deleteRepository(core, maintainer, 'team/whole')).rejects.toEqual(immutable)
    expect(inRegistry('team/whole').tags.get('v1' as never)).toBe(known.digest)
    await core.db.prisma.immutableRule.updateMany({ data: { disabled: true } })
    const before = shop.registry.state.requests.length
    await deleteRepository(core, maintainer, 'team/whole')
    const asked = shop.registry.state.requests.slice(before).map(({ method }) => method)
    expect(new Set(asked)).toEqual(new Set(['DELETE']))
  })

  test('stops the deletion while the registry does not tell its tags', async () => {
    await push(core, 'team/silent', known, 'latest')
    await rule('v*')
    shop.registry.state.faults.push({
      when: ({ path }) => path.includes('/tags/list'),
      action: { kind: 'answer', reply: { status: 503 } },
      times: 10,
    })
    const at = { repository: 'team/silent', reference: 'latest' }
    await expect(deleteArtifact(core, maintainer, at)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    shop.registry.state.faults.length = 0
    await deleteArtifact(core, maintainer, at)
  })
})

test('an immutable signature keeps its subject', async () => {
  const [subject, signature] = [image('signed'), image('signature of it')]
  await push(core, 'team/signed', subject)
  await push(core, 'team/signed', signature, `${subject.digest.replace(':', '-')}.sig`)
  await rule('sha256-*')
  const at = { repository: 'team/signed', reference: subject.digest }
  await expect(deleteArtifact(core, maintainer, at)).rejects.toEqual(immutable)
  await core.db.prisma.immutableRule.deleteMany()
  await deleteArtifact(core, maintainer, at)
  expect(shop.registry.state.repositories.get('team/signed' as never)!.manifests.size).toBe(0)
})

test('a rule reaches the repositories and tags that its selectors say, in its own project', async () => {
  const pushed = image('reach')
  const other = image('reach further')
  const refused = async (repository: string, tag: string) => {
    await push(core, repository, pushed, tag)
    return enter(repository, tag, other.digest).then(
      () => false,
      () => true,
    )
  }
  await rule('*-rc', 'reach/**', ['excludes', 'repoMatches'])
  expect(await refused('team/reach/a', 'v1')).toBe(true)
  expect(await refused('team/reach/a', 'v1-rc')).toBe(false)
  expect(await refused('team/reach', 'v1')).toBe(false)
  expect(await refused('other/reach/a', 'v1')).toBe(false)
  await core.db.prisma.immutableRule.deleteMany()
  await rule('**', 'reach/**', ['matches', 'repoExcludes'])
  expect(await refused('team/reach/a', 'v1')).toBe(false)
  expect(await refused('team/elsewhere', 'v1')).toBe(true)
})

test('a rule made on one node is heeded by another at once', async () => {
  await push(core, 'team/nodes', image('nodes'), 'v1')
  const node = createCore(core.settings)
  try {
    const move = () => enter('team/nodes', 'v1', image('later').digest, node)
    await move()
    await rule('v1')
    await expect(move()).rejects.toEqual(immutable)
    await core.db.prisma.immutableRule.updateMany({ data: { disabled: true } })
    await move()
  } finally {
    await node.close()
  }
})

test('rules that cannot be read, or not be understood, stop pushes and deletions', async () => {
  const pushed = image('closed')
  await push(core, 'team/closed', pushed, 'v1')
  const at = { repository: 'team/closed', reference: 'v1' }
  const { query } = core.db
  const broken = (sql: string, params: never) =>
    sql.includes('immutable_rules') ? Promise.reject(new Error('cannot read')) : query(sql, params)
  Object.assign(core.db, { query: broken })
  try {
    await expect(enter('team/closed', 'v1', pushed.digest)).rejects.toThrow('cannot read')
    await expect(deleteArtifact(core, maintainer, at)).rejects.toThrow('cannot read')
    await expect(deleteTag(core, maintainer, { ...at, name: 'v1' })).rejects.toThrow('cannot read')
  } finally {
    Object.assign(core.db, { query })
  }
  const id = await rule('v1')
  await core.db.prisma.immutableRule.updateMany({ where: { id }, data: { tagPattern: '[' } })
  await expect(enter('team/closed', 'v1', pushed.digest)).rejects.toThrow()
})

test('lists say of each tag whether it is immutable, with one look at the rules', async () => {
  for (const n of [1, 2, 3]) {
    await push(core, 'team/shown', image(`shown ${n}`), `v${n}`)
    await push(core, 'team/shown', image(`shown ${n}`), `rc${n}`)
  }
  await rule('v*')
  const { query } = core.db
  let asked = 0
  Object.assign(core.db, {
    query: (sql: string, params: never) => {
      if (sql.includes('immutable_rules')) asked++
      return query(sql, params)
    },
  })
  const input = { repository: 'team/shown', query: everything }
  const { items } = await listArtifacts(core, SYSTEM, { ...input, parts: { immutable: true } })
  const plain = await listArtifacts(core, SYSTEM, input)
  const tags = await listTags(core, SYSTEM, { ...input, reference: 'v1', immutable: true })
  Object.assign(core.db, { query })
  const shown = items.flatMap((item) => item.tags ?? []).map(({ name, immutable }) => `${name} ${immutable}`)
  expect(shown.sort()).toEqual(['rc1 false', 'rc2 false', 'rc3 false', 'v1 true', 'v2 true', 'v3 true'])
  expect(plain.items[0]?.tags?.[0]?.immutable).toBeUndefined()
  expect(tags.items.map(({ name, immutable }) => `${name} ${immutable}`).sort()).toEqual([
    'rc1 false',
    'v1 true',
  ])
  expect(asked).toBe(2)
})

test('a read-only project keeps its tags and artifacts through the API too', async () => {
  await push(core, 'team/still', image('still'), 'v1')
  await updateProject(core, SYSTEM, { name: 'team' }, { metadata: { read_only: 'true' } })
  const at = { repository: 'team/still', reference: 'v1' }
  const denied = expect.objectContaining({ code: 'DENIED' })
  await expect(createTag(core, maintainer, { ...at, name: 'v2' })).rejects.toEqual(denied)
  await expect(deleteTag(core, maintainer, { ...at, name: 'v1' })).rejects.toEqual(denied)
  await expect(deleteArtifact(core, SYSTEM, at)).rejects.toEqual(denied)
  await expect(deleteRepository(core, SYSTEM, 'team/still')).rejects.toEqual(denied)
  await expect(enter('team/still', undefined, image('still').digest)).rejects.toEqual(denied)
  await updateProject(core, SYSTEM, { name: 'team' }, { metadata: { read_only: 'false' } })
  await deleteRepository(core, SYSTEM, 'team/still')
})
