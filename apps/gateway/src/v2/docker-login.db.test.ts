import { SYSTEM } from '@berth/core'
import { createAccessToken, revokeAccessToken } from '@berth/core/access-tokens'
import { authenticateBasic, currentUser } from '@berth/core/authentication'
import { createRobot } from '@berth/core/robots'
import { beginSetup, codeAt, confirmSetup, stepAt } from '@berth/core/second-factors'
import { setDisabled } from '@berth/core/users'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PASSWORD, startBerth, type TestBerth } from '../../test/berth.ts'

// What `docker login` does: GET /v2/, then a token without scopes, then GET /v2/ with it; and what it then may.

let berth: TestBerth
let ids: Record<string, number>
beforeAll(async () => {
  berth = await startBerth()
  ids = {}
  for (const name of ['dev', 'root', 'factor', 'gone']) ids[name] = await berth.addUser(name)
  await berth.addProject('team', { members: { dev: 'developer', factor: 'developer' } })
  await berth.addProject('side', { members: { dev: 'developer' } })
  await berth.addProject('open', { public: true })
})
afterAll(() => berth.close())

const basic = (username: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
})
const askToken = (credentials: [string, string], scope = '') =>
  fetch(`${berth.url}/service/token?service=berth-registry${scope && `&scope=${scope}`}`, {
    headers: basic(...credentials),
  })
async function login(credentials: [string, string]): Promise<[number, number, number]> {
  const answer = await askToken(credentials)
  const token = answer.ok ? ((await answer.json()) as { token: string }).token : 'none'
  const bearer = { authorization: `Bearer ${token}` }
  return [
    answer.status,
    (await fetch(`${berth.url}/v2/`, { headers: bearer })).status,
    (await fetch(`${berth.url}/v2/`, { headers: basic(...credentials) })).status,
  ]
}
const claimsOf = async (answer: Response) => {
  const { token } = (await answer.json()) as { token: string }
  return JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as {
    access: { name: string; actions: string[] }[]
    exp: number
  }
}
const granted = async (credentials: [string, string], scope: string) =>
  (await claimsOf(await askToken(credentials, scope))).access.map(({ name, actions }) => `${name}:${actions}`)

let count = 0
async function tokenOf(
  name: string,
  scopes: string[],
  more: { projects?: string[]; durationDays?: number } = {},
) {
  const actor = { ...(await currentUser(berth.core, ids[name]!))!, via: 'session' as const }
  const { token, secret } = await createAccessToken(berth.core, actor, {
    name: `t${++count}`,
    scopes,
    ...more,
  })
  return { id: token.id, secret, actor }
}

describe('docker login', () => {
  test('with password, personal access token and robot secret; the wrong ones are 401 and never anonymous', async () => {
    const { secret } = await tokenOf('dev', ['pull'])
    const revoked = await tokenOf('dev', ['pull'])
    await revokeAccessToken(berth.core, revoked.actor, ids.dev!, revoked.id)
    const gone = await tokenOf('gone', ['pull'])
    await setDisabled(berth.core, SYSTEM, ids.gone!, true)
    const access = [{ resource: 'repository', action: 'pull' }]
    const { robot, secret: robotSecret } = await createRobot(berth.core, SYSTEM, {
      name: 'ci',
      level: 'project',
      durationDays: 1,
      permissions: [{ kind: 'project', namespace: 'team', access }],
    })
    const right: [string, string][] = [
      ['dev', PASSWORD],
      ['DEV', PASSWORD],
      ['dev', secret],
      [robot.name, robotSecret],
    ]
    for (const credentials of right) expect(await login(credentials), credentials[0]).toEqual([200, 200, 200])
    const wrong: [string, string][] = [
      ['dev', 'Wrong-horse-1'],
      ['dev', ''],
      ['dev', `${secret.slice(0, -1)}_`],
      ['dev', robotSecret],
      ['root', secret],
      ['nobody', secret],
      [robot.name, secret],
      [robot.name, PASSWORD],
      [robot.name, `${robotSecret}x`],
      ['robot$team+none', robotSecret],
      ['dev', revoked.secret],
      ['gone', gone.secret],
      ['gone', PASSWORD],
    ]
    for (const credentials of wrong) {
      // Not even what anybody may have.
      const { status } = await askToken(credentials, 'repository:open/app:pull')
      expect(status, credentials.join(' ')).toBe(401)
    }
    for (const credentials of [wrong[0]!, wrong[6]!, ['dev', revoked.secret] as [string, string]])
      expect(await login(credentials), credentials[0]).toEqual([401, 401, 401])
  })

  test('with a second factor the password is 401 and says what to use; a token passes', async () => {
    const before = { ...(await currentUser(berth.core, ids.factor!))!, via: 'session' as const }
    const { secret } = await beginSetup(berth.core, before, PASSWORD)
    await confirmSetup(berth.core, before, codeAt(secret, stepAt(Date.now())))
    expect(await login(['factor', PASSWORD])).toEqual([401, 401, 401])
    expect(await (await askToken(['factor', PASSWORD])).text()).toContain('personal access token')
    expect(await (await askToken(['factor', 'Wrong-horse-1'])).text()).not.toContain('personal')
    const token = await tokenOf('factor', ['push'])
    expect(await login(['factor', token.secret])).toEqual([200, 200, 200])
  })
})

describe('a registry token had with a personal access token', () => {
  const both =
    'repository:team/app:pull,push,delete&scope=repository:side/app:pull&scope=repository:open/app:pull'
  test('holds what the scopes and projects allow, and what everybody may', async () => {
    const of = async (scopes: string[], projects?: string[]) =>
      granted(['dev', (await tokenOf('dev', scopes, { projects })).secret], both)
    expect(await of(['pull'])).toEqual(['team/app:pull', 'side/app:pull', 'open/app:pull'])
    expect(await of(['push'], ['team'])).toEqual(['team/app:pull,push', 'open/app:pull'])
    expect(await of(['api:write'])).toEqual(['open/app:pull'])
    expect(await of(['pull'], ['side'])).toEqual(['side/app:pull', 'open/app:pull'])
    const root = await tokenOf('root', ['pull'], { projects: ['team'] })
    expect(await granted(['root', root.secret], `${both}&scope=registry:catalog:*`)).toEqual([
      'team/app:pull',
      'open/app:pull',
    ])
  })

  test('ends with it: revoked or expired', async () => {
    const { secret, id, actor } = await tokenOf('dev', ['pull'], { durationDays: 1 })
    const answer = await askToken(['dev', secret], 'repository:team/app:pull')
    const { token } = (await answer.json()) as { token: string }
    const ask = async () =>
      (await fetch(`${berth.url}/v2/team/app/tags/list`, { headers: { authorization: `Bearer ${token}` } }))
        .status
    expect(await ask()).toBe(404)
    await revokeAccessToken(berth.core, actor, ids.dev!, id)
    expect(await ask()).toBe(401)
    await expect(
      authenticateBasic(berth.core, { username: 'dev', password: secret, address: '' }),
    ).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  test('and so does a refresh token that came with it', async () => {
    const { secret, id, actor } = await tokenOf('dev', ['pull'])
    const post = (form: Record<string, string>) =>
      fetch(`${berth.url}/service/token`, {
        method: 'POST',
        body: new URLSearchParams({ service: 'berth-registry', ...form }),
      })
    const scope = 'repository:team/app:pull,push'
    const first = await post({
      grant_type: 'password',
      username: 'dev',
      password: secret,
      access_type: 'offline',
    })
    const { refresh_token: refresh } = (await first.json()) as { refresh_token: string }
    const renew = () => post({ grant_type: 'refresh_token', refresh_token: refresh, scope })
    expect(((await (await renew()).json()) as { scope: string }).scope).toBe('repository:team/app:pull')
    await revokeAccessToken(berth.core, actor, ids.dev!, id)
    expect((await renew()).status).toBe(401)
  })
})
