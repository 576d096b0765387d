import { type OperationId, operations } from '@berth/contract'
import { testDatabase } from '@berth/testing'
import { describe, expect, it, vi } from 'vitest'
import type { CallInput } from './api.fixture.ts'
import { api, DIGEST, limited, prepareLimited, stopClock, wholeOf } from './repository-limits.fixture.ts'

// Everything that names or lists repositories, asked by accounts that are limited to `in/**`, of what is inside and
// outside. An operation on a repository that has no line here fails.

prepareLimited(testDatabase)

/** What to send to each operation on a repository: something that changes nothing in these tests. */
const inputs: Partial<Record<OperationId, CallInput<OperationId>>> = {
  getRepository: {},
  updateRepository: { body: { description: '' } },
  // No registry answers here: whoever gets so far is told that it does not.
  deleteRepository: {},
  listArtifacts: {},
  getArtifact: {},
  deleteArtifact: {},
  CopyArtifact: { query: { from: 'closed/in/app:none' } },
  listTags: {},
  createTag: { body: { name: '?' } },
  deleteTag: { path: { tag_name: 'none' } },
  listAccessories: {},
  getAddition: { path: { addition: 'build_history' } },
  addLabel: { body: { id: 999_999 } },
  removeLabel: { path: { label_id: 999_999 } },
  getRepositoryActivity: {},
  listMostUsedTags: {},
}

const onRepositories = (Object.keys(operations) as OperationId[]).filter((op) =>
  operations[op].path.includes('{repository_name}'),
)

describe('an operation on one repository', () => {
  const ask = async (who: string, op: OperationId, repository: string) => {
    const { path, ...rest } = inputs[op]!
    const where = { project_name: 'closed', repository_name: repository, reference: DIGEST, ...path }
    const { status, code } = await api.call(who, op, { ...rest, path: where })
    return `${status} ${code ?? ''}`
  }

  it.each(onRepositories)('%s: inside as without a limit, outside as if there were nothing', async (op) => {
    expect(inputs, 'a line for this operation').toHaveProperty(op)
    for (const who of limited) {
      for (const inside of ['in/app', 'in/deep/app', 'in/missing'])
        expect(await ask(who, op, inside), `${who} ${inside}`).toBe(await ask(wholeOf(who), op, inside))
      const outside = await Promise.all(
        ['out/app', 'inner', 'in', 'missing', 'out/missing'].map((name) => ask(who, op, name)),
      )
      expect(new Set(outside), who).toEqual(
        new Set([op === 'CopyArtifact' ? '403 FORBIDDEN' : '404 NOT_FOUND']),
      )
    }
  })

  it('does not copy from outside', async () => {
    const copy = (who: string, from: string) =>
      api.call(who, 'CopyArtifact', {
        path: { project_name: 'closed', repository_name: 'in/copy' },
        query: { from },
      })
    for (const who of limited) {
      const answers = [await copy(who, 'closed/out/app:needle'), await copy(who, 'closed/out/none:needle')]
      expect(answers.map(({ status }) => status)).toEqual([404, 404])
    }
  })
})

const INSIDE = ['closed/in/app', 'closed/in/deep/app']

describe('what lists shows what is inside', () => {
  const inProject = { path: { project_name: 'closed', project_name_or_id: 'closed' } }
  it.each(limited)('for %s', async (who) => {
    const listed = await api.call(who, 'listRepositories', { ...inProject, query: { page_size: 1 } })
    expect(listed.headers['x-total-count']).toBe('2')
    const names = (await api.call(who, 'listRepositories', inProject)).data.map(({ name }) => name)
    expect(names.sort()).toEqual(INSIDE)
    const some = { ...inProject, query: { q: 'name=~deep' } }
    expect((await api.call(who, 'listRepositories', some)).headers['x-total-count']).toBe('1')
    const everywhere = await api.call(who, 'listAllRepositories', { query: { page_size: 100 } })
    const closed = everywhere.data.filter(({ name }) => name!.startsWith('closed/'))
    expect(closed.map(({ name }) => name).sort()).toEqual(INSIDE)
    // The public project shows all, as to anybody.
    expect(everywhere.headers['x-total-count']).toBe('7')
    const artifacts = await api.call(who, 'listArtifactsOfProject', inProject)
    expect(artifacts.data.map(({ repository_name }) => repository_name).sort()).toEqual(INSIDE)
    expect(artifacts.headers['x-total-count']).toBe('2')
    const latest = { ...inProject, query: { latest_in_repository: true } }
    expect((await api.call(who, 'listArtifactsOfProject', latest)).data).toHaveLength(2)
    expect((await api.call(who, 'getProjectSummary', inProject)).data.repo_count).toBe(2)
    expect((await api.call(who, 'getProject', inProject)).data.repo_count).toBe(2)
    const projects = (await api.call(who, 'listProjects')).data
    expect(projects.map(({ name, repo_count }) => [name, repo_count])).toEqual([
      ['closed', 2],
      ['open', 5],
    ])
    // Nor do order and filter tell how many there are in truth.
    const byCount = await api.call(who, 'listProjects', { query: { sort: '-repo_count' } })
    expect(byCount.data.map(({ name }) => name)).toEqual(['closed', 'open'])
    for (const q of ['repo_count=5', 'repo_count=4'])
      expect((await api.call(who, 'listProjects', { query: { q } })).data, q).toHaveLength(2)
    const statistics = (await api.call(who, 'getStatistic')).data
    expect(statistics).toMatchObject({ private_repo_count: 2, public_repo_count: 5 })
    const storage = await api.call(who, 'getProjectStorage', inProject)
    expect(storage.text).not.toContain('out/app')
  })

  it.each(limited)('in both searches for %s', async (who) => {
    const found = (await api.call(who, 'search', { query: { q: 'closed' } })).data.repository
    expect(found.map(({ repository_name }) => repository_name).sort()).toEqual(INSIDE)
    const kinds = ['repository', 'tag', 'digest', 'annotation'] as const
    for (const kind of kinds) {
      const q = { repository: 'closed', tag: 'needle', digest: DIGEST, annotation: 'needle' }[kind]
      const { text } = await api.call(who, 'searchEverything', { query: { q, kind, page_size: 50 } })
      expect(text, kind).toContain('closed/in/deep/app')
      for (const outside of ['closed/out/app', 'closed/inner', '"closed/in"'])
        expect(text, kind).not.toContain(outside)
    }
  })

  it('asks the database as often for many repositories as for one', async () => {
    stopClock()
    const query = vi.spyOn(api.core.db, 'query')
    const ask = async (pageSize: number) => {
      await api.call('limited', 'listAllRepositories', { query: { page_size: pageSize } })
      await api.call('limited', 'search', { query: { q: 'app' } })
      await api.call('limited', 'listArtifactsOfProject', { path: { project_name_or_id: 'closed' } })
    }
    const count = async (pageSize: number) => {
      // What is remembered for some seconds is so for both.
      await ask(pageSize)
      query.mockClear()
      await ask(pageSize)
      return query.mock.calls.length
    }
    const one = await count(1)
    expect(await count(100)).toBe(one)
    query.mockRestore()
  })
})
