import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TestBerth } from '../../test/berth.ts'
import { startCast } from '../../test/cast.ts'
import { codeOf, type TestClient } from '../../test/client.ts'

let berth: TestBerth
let root: TestClient
let dev: TestClient
let keeper: TestClient
let nobody: TestClient

beforeAll(async () => {
  ;({ berth, root, dev, keeper, nobody } = await startCast())
})
afterAll(() => berth.close())

const pull = (repository: string) => [`repository:${repository}:pull`]

describe('listings', () => {
  test('tags come in order, in pages that are followed by Link', async () => {
    for (const tag of ['b', 'a', 'c']) await dev.pushImage('team/tags', tag, `tags ${tag}`)
    const first = await dev.send('GET', '/v2/team/tags/tags/list?n=2', pull('team/tags'))
    expect(await first.json()).toEqual({ name: 'team/tags', tags: ['a', 'b'] })
    const next = /^<([^>]+)>; rel="next"$/.exec(first.headers.get('link')!)![1]!
    const second = await dev.send('GET', next, pull('team/tags'))
    expect([await second.json(), second.headers.get('link')]).toEqual([
      { name: 'team/tags', tags: ['c'] },
      null,
    ])
    const none = await dev.send('GET', '/v2/team/tags/tags/list?n=0', pull('team/tags'))
    expect(((await none.json()) as { tags: string[] }).tags).toEqual([])
    for (const n of ['-1', 'x', '1e9', '']) {
      const bad = await dev.send('GET', `/v2/team/tags/tags/list?n=${n}`, pull('team/tags'))
      expect([bad.status, await codeOf(bad)]).toEqual([400, 'PAGINATION_NUMBER_INVALID'])
    }
  })

  test('a list without n holds a thousand tags, and leads to the rest', async () => {
    await dev.pushImage('team/many', '0000', 'many')
    const { prisma } = berth.core.db
    const { id, ...first } = await prisma.tag.findFirstOrThrow({ where: { name: '0000' } })
    const names = Array.from({ length: 1_000 }, (_, i) => String(i + 1).padStart(4, '0'))
    await prisma.tag.createMany({ data: names.map((name) => ({ ...first, name, nameKey: name })) })
    const answer = await dev.send('GET', '/v2/team/many/tags/list', pull('team/many'))
    const { tags } = (await answer.json()) as { tags: string[] }
    expect(tags).toEqual(['0000', ...names.slice(0, -1)])
    expect(answer.headers.get('link')).toBe('</v2/team/many/tags/list?last=0999&n=1000>; rel="next"')
  })

  test('a repository that was never pushed to is unknown', async () => {
    const answer = await dev.send('GET', '/v2/team/nothing/tags/list', pull('team/nothing'))
    expect([answer.status, await codeOf(answer)]).toEqual([404, 'NAME_UNKNOWN'])
  })

  test('the catalog shows what the caller may see, and nothing to anonymous or to a narrower token', async () => {
    await dev.pushImage('team/listed', '1', 'listed')
    await keeper.pushImage('secret/listed', '1', 'secret listed')
    const names = async (client: TestClient) => {
      const answer = await client.send('GET', '/v2/_catalog?n=1000', ['registry:catalog:*'])
      return ((await answer.json()) as { repositories: string[] }).repositories
    }
    expect(await names(root)).toEqual(expect.arrayContaining(['team/listed', 'secret/listed']))
    expect(await names(dev)).toContain('team/listed')
    expect(await names(dev)).not.toContain('secret/listed')
    expect((await nobody.send('GET', '/v2/_catalog', ['registry:catalog:*'])).status).toBe(401)
    expect((await nobody.send('GET', '/v2/_catalog', [])).status).toBe(401)
    const narrow = await root.send('GET', '/v2/_catalog', ['repository:team/app:pull'])
    expect(narrow.headers.get('www-authenticate')).toContain('scope="registry:catalog:*"')
  })
})
