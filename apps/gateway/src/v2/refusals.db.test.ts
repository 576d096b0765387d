import { digestOf } from '@berth/registry-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TestBerth } from '../../test/berth.ts'
import { startCast } from '../../test/cast.ts'
import { codeOf, TestClient } from '../../test/client.ts'

let berth: TestBerth
let root: TestClient
let dev: TestClient
let keeper: TestClient
let outsider: TestClient
let nobody: TestClient

beforeAll(async () => {
  ;({ berth, root, dev, keeper, outsider, nobody } = await startCast())
})
afterAll(() => berth.close())

const pull = (repository: string) => [`repository:${repository}:pull`]

describe('who may not', () => {
  beforeAll(async () => {
    await dev.pushImage('team/app', 'guarded', 'guarded')
    await dev.pushImage('open/app', 'shown', 'shown')
    await keeper.pushImage('secret/app', '1', 'secret')
  })

  test.each([
    ['an outsider pulls', 'outsider', 'team/app', 'pull', 'GET', '/v2/team/app/manifests/guarded'],
    [
      'an outsider pulls a blob',
      'outsider',
      'team/app',
      'pull',
      'GET',
      `/v2/team/app/blobs/${digestOf('x')}`,
    ],
    ['an outsider lists tags', 'outsider', 'team/app', 'pull', 'GET', '/v2/team/app/tags/list'],
    ['a guest starts an upload', 'guest', 'team/app', 'pull,push', 'POST', '/v2/team/app/blobs/uploads/'],
    ['a guest pushes a manifest', 'guest', 'team/app', 'pull,push', 'PUT', '/v2/team/app/manifests/guarded'],
    [
      'an outsider pushes to a public project',
      'outsider',
      'open/app',
      'pull,push',
      'POST',
      '/v2/open/app/blobs/uploads/',
    ],
    [
      'anonymous pulls what is private',
      undefined,
      'team/app',
      'pull',
      'GET',
      '/v2/team/app/manifests/guarded',
    ],
    [
      'a missing project looks the same',
      'outsider',
      'none/app',
      'pull',
      'GET',
      '/v2/none/app/manifests/guarded',
    ],
    [
      'a shorter name does not serve a longer one',
      'dev',
      'team/app',
      'pull',
      'GET',
      '/v2/team/app/sub/manifests/1',
    ],
    [
      'a longer name does not serve a shorter one',
      'dev',
      'team/app/sub',
      'pull',
      'GET',
      '/v2/team/app/manifests/guarded',
    ],
    ['a name with the same beginning', 'dev', 'team/app', 'pull', 'GET', '/v2/team/apple/manifests/1'],
    ['pull does not push', 'dev', 'team/app', 'pull', 'POST', '/v2/team/app/blobs/uploads/'],
    ['push alone does not pull', 'dev', 'team/app', 'push', 'GET', '/v2/team/app/manifests/guarded'],
  ])('%s', async (_, who, repository, actions, method, path) => {
    const client = new TestClient(berth, who)
    const answer = await client.send(method, path, [`repository:${repository}:${actions}`])
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toMatch(
      /^Bearer realm="http:\/\/127.0.0.1:\d+\/service\/token",service="berth-registry",scope="repository:[^"]+",error="insufficient_scope"$/,
    )
    expect(await codeOf(answer)).toBe(who === undefined ? 'UNAUTHORIZED' : 'DENIED')
  })

  test('without credentials there is a challenge, also for a public project; with an anonymous token it is pulled', async () => {
    const path = '/v2/open/app/manifests/shown'
    const first = await nobody.send('GET', path, [])
    expect([first.status, await codeOf(first)]).toEqual([401, 'UNAUTHORIZED'])
    expect(first.headers.get('www-authenticate')).toContain('scope="repository:open/app:pull"')
    expect((await nobody.send('GET', path, pull('open/app'))).status).toBe(200)
  })

  test('the realm is the configured address, whatever Host says', async () => {
    const { request } = await import('node:http')
    const challenge = await new Promise<string>((resolve, reject) => {
      request(
        `${berth.url}/v2/`,
        { headers: { host: 'evil.test', 'x-forwarded-host': 'evil.test' } },
        (res) => {
          res.resume()
          resolve(String(res.headers['www-authenticate']))
        },
      )
        .on('error', reject)
        .end()
    })
    expect(challenge).toBe(`Bearer realm="${berth.url}/service/token",service="berth-registry"`)
  })

  test('only an administrator learns that a project does not exist', async () => {
    const answer = await root.send('POST', '/v2/none/app/blobs/uploads/', ['repository:none/app:pull,push'])
    expect([answer.status, await codeOf(answer)]).toEqual([404, 'NAME_UNKNOWN'])
  })

  test('Basic on /v2 works, and a wrong password never does', async () => {
    const path = `${berth.url}/v2/team/app/manifests/guarded`
    const right = await fetch(path, { headers: { authorization: dev.basic() } })
    expect(right.status).toBe(200)
    for (const url of [path, `${berth.url}/v2/`, `${berth.url}/v2/open/app/manifests/shown`]) {
      const wrong = await fetch(url, { headers: { authorization: outsider.basic('Wrong-password-1') } })
      expect([wrong.status, await codeOf(wrong)]).toEqual([401, 'UNAUTHORIZED'])
    }
    const blob = await fetch(`${berth.url}/v2/team/app/blobs/${digestOf('layer of guarded')}`, {
      headers: { authorization: dev.basic() },
    })
    expect(await blob.text()).toBe('layer of guarded')
  })
})
