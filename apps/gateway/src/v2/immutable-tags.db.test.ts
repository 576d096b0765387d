import { SYSTEM } from '@berth/core'
import { createImmutableRule } from '@berth/core/immutable-rules'
import { digestOf } from '@berth/registry-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TestBerth } from '../../test/berth.ts'
import { startCast } from '../../test/cast.ts'
import { ociManifest, type TestClient } from '../../test/client.ts'

let berth: TestBerth
let dev: TestClient
let keeper: TestClient
let first: string
let second: string

const all = ['repository:team/app:pull,push,delete']

beforeAll(async () => {
  ;({ berth, dev, keeper } = await startCast())
  ;({ bytes: first } = await dev.pushImage('team/app', 'v1', 'first'))
  ;({ bytes: second } = await dev.pushImage('team/app', 'latest', 'second'))
  await createImmutableRule(
    berth.core,
    SYSTEM,
    { name: 'team' },
    {
      tagSelectors: [{ kind: 'doublestar', decoration: 'matches', pattern: 'v*' }],
      scopeSelectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: 'app' }] },
    },
  )
})
afterAll(() => berth.close())

const verdict = async (answer: Response) => {
  const text = await answer.text()
  return [answer.status, text === '' ? undefined : JSON.parse(text).errors[0].code]
}
const held = async (tag: string) =>
  (await dev.send('HEAD', `/v2/team/app/manifests/${tag}`, all)).headers.get('docker-content-digest')

describe('a tag that a rule covers', () => {
  test('is not overwritten: 412, and nothing has changed, here or in the registry', async () => {
    expect(await verdict(await dev.pushManifest('team/app', 'v1', second))).toEqual([412, 'PRECONDITION'])
    expect(await held('v1')).toBe(digestOf(first))
    const inRegistry = await fetch(`${berth.registry.url}/v2/team/app/manifests/v1`, {
      headers: { authorization: `Bearer ${await dev.token(...all)}`, accept: ociManifest },
    })
    expect(digestOf(Buffer.from(await inRegistry.arrayBuffer()))).toBe(digestOf(first))
  })

  test('takes the same manifest again', async () => {
    expect(await verdict(await dev.pushManifest('team/app', 'v1', first))).toEqual([201, undefined])
  })

  test('is not deleted', async () => {
    const answer = await keeper.send('DELETE', '/v2/team/app/manifests/v1', all)
    expect(await verdict(answer)).toEqual([412, 'PRECONDITION'])
    expect(await held('v1')).toBe(digestOf(first))
  })

  test('keeps its manifest from being deleted', async () => {
    const answer = await keeper.send('DELETE', `/v2/team/app/manifests/${digestOf(first)}`, all)
    expect(await verdict(answer)).toEqual([412, 'PRECONDITION'])
    expect(await held('v1')).toBe(digestOf(first))
  })

  test('keeps a manifest that Berth does not know of', async () => {
    const { bytes } = await dev.pushImage('team/app', 'v9', 'past Berth')
    const where = { repository: { name: 'team/app' }, digest: digestOf(bytes) }
    await berth.core.db.prisma.artifact.deleteMany({ where })
    const answer = await keeper.send('DELETE', `/v2/team/app/manifests/${digestOf(bytes)}`, all)
    expect(await verdict(answer)).toEqual([412, 'PRECONDITION'])
    expect(await held('v9')).toBe(digestOf(bytes))
  })

  test('goes to one of many pushes at once, and stays with it', async () => {
    const images = await Promise.all(
      Array.from({ length: 8 }, (_, n) => dev.pushImage('team/app', `sha-${n}`, `racer ${n}`)),
    )
    const answers = await Promise.all(
      images.map(({ bytes }) => dev.pushManifest('team/app', 'v2', bytes).then(({ status }) => status)),
    )
    expect(answers.filter((status) => status === 201)).toHaveLength(1)
    expect(answers.filter((status) => status === 412)).toHaveLength(7)
    expect(await held('v2')).toBe(digestOf(images[answers.indexOf(201)]!.bytes))
  })
})

test('what the rule does not cover moves and goes as ever', async () => {
  expect(await verdict(await dev.pushManifest('team/app', 'latest', first))).toEqual([201, undefined])
  const free = await keeper.send('DELETE', `/v2/team/app/manifests/${digestOf(second)}`, all)
  expect(free.status).toBe(202)
  await dev.pushImage('team/apple', 'v1', 'first')
  expect((await dev.pushImage('team/apple', 'v1', 'second')).answer.status).toBe(201)
})
