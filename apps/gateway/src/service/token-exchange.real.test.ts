import { SYSTEM } from '@berth/core'
import { updateConfigurations } from '@berth/core/configurations'
import { createIdentityTrust } from '@berth/core/identity-trusts'
import { createRobot } from '@berth/core/robots'
import { startOidcProvider, type TestOidcProvider } from '@berth/testing/oidc-provider'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBerth, type TestBerth } from '../../test/berth.ts'
import { createLayout, type Layout, skopeo } from '../../test/layout.ts'

let berth: TestBerth
/** One over plain http, one over TLS with an authority of its own. */
let ci: TestOidcProvider
let secureCi: TestOidcProvider
let layout: Layout
let projectId: number
const robots: Record<string, { id: number; name: string }> = {}

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token'
const sub = 'repo:acme/app:ref:refs/heads/main'

beforeAll(async () => {
  ;[berth, ci, secureCi, layout] = await Promise.all([
    startBerth(),
    startOidcProvider(),
    startOidcProvider({ tls: true }),
    createLayout(),
  ])
  projectId = await berth.addProject('team')
  await updateConfigurations(berth.core, SYSTEM, { outbound_allowed_hosts: '127.0.0.1, localhost' })
  for (const [name, provider] of Object.entries({ plain: ci, secure: secureCi })) {
    const access = ['push', 'pull'].map((action) => ({ resource: 'repository', action }))
    const permissions = [{ kind: 'project', namespace: 'team', access }]
    const { robot } = await createRobot(berth.core, SYSTEM, { level: 'project', name, permissions })
    robots[name] = { id: robot.id, name: robot.name }
    await createIdentityTrust(
      berth.core,
      SYSTEM,
      { id: projectId },
      {
        name: 'ci',
        robotId: robot.id,
        issuer: provider.issuer,
        claims: { sub: 'repo:acme/app:ref:refs/heads/*', environment: 'production' },
        caCertificate: provider.authorityPem,
      },
    )
  }
})
afterAll(async () => {
  await Promise.all([ci.stop(), secureCi.stop(), layout.remove()])
  await berth.close()
})

const tokenOf = (
  provider: TestOidcProvider,
  claims: Record<string, unknown> = {},
  how: { audience?: string; algorithm?: 'RS256' | 'ES256' | 'PS256' } = {},
) =>
  provider.workloadToken({
    audience: how.audience ?? berth.url,
    claims: { sub, environment: 'production', ...claims },
    ...how,
  })
const send = (form: Record<string, string>, more: [string, string][] = []) =>
  fetch(`${berth.url}/service/token`, {
    method: 'POST',
    body: new URLSearchParams([...Object.entries(form), ...more]),
  })
const exchange = (token: string, form: Record<string, string> = {}) =>
  send({
    grant_type: EXCHANGE,
    subject_token: token,
    subject_token_type: ID_TOKEN,
    scope: 'repository:team/app:pull,push,delete repository:other/app:pull',
    ...form,
  })
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds
const read = async (answer: Response) => (await answer.json()) as Record<string, string>

describe('a job with a token of its CI system', () => {
  test.each(['RS256', 'PS256', 'ES256'] as const)(
    'gets what it asked for and its robot may, for %s',
    async (algorithm) => {
      const answer = await exchange(await tokenOf(ci, {}, { algorithm }))
      const body = await read(answer)
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
      expect(body).toMatchObject({
        issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        token_type: 'Bearer',
        scope: 'repository:team/app:pull,push',
        username: robots.plain!.name,
        token: body.access_token,
      })
      expect(Number(body.expires_in)).toBeLessThanOrEqual(900)
      const headers = { authorization: `Bearer ${body.access_token}` }
      const begun = await fetch(`${berth.url}/v2/team/app/blobs/uploads/`, { method: 'POST', headers })
      expect(begun.status).toBe(202)
      const elsewhere = await fetch(`${berth.url}/v2/other/app/tags/list`, { headers })
      expect([401, 403, 404]).toContain(elsewhere.status)
    },
  )

  test('names its robot where the issuer has an authority of its own', async () => {
    const named = await exchange(await tokenOf(secureCi), { robot: robots.secure!.name })
    expect(await read(named)).toMatchObject({ username: robots.secure!.name })
    expect((await exchange(await tokenOf(secureCi))).status).toBe(400)
  })

  test('pushes and pulls with skopeo under the name and the password that it got', async () => {
    const { username, password } = await read(await exchange(await tokenOf(ci)))
    const at = `docker://127.0.0.1:${berth.port}/team/skopeo:1`
    const creds = `${username}:${password}`
    const pushed = await skopeo(
      ...['copy', '--all', '--preserve-digests', '--dest-tls-verify=false', `--dest-creds=${creds}`],
      ...[`oci:${layout.folder}:latest`, at],
    )
    expect(pushed).toMatchObject({ code: 0 })
    const inspected = await skopeo('inspect', '--raw', '--tls-verify=false', `--creds=${creds}`, at)
    expect(inspected).toMatchObject({ code: 0 })
    const other = `docker://127.0.0.1:${berth.port}/other/skopeo:1`
    const refused = await skopeo(
      ...['copy', '--all', '--dest-tls-verify=false', `--dest-creds=${creds}`],
      ...[`oci:${layout.folder}:latest`, other],
    )
    expect(refused.code).toBe(1)
  })
})

describe('refused as invalid_grant, in the same words whatever is wrong,', () => {
  test.each<[string, () => Promise<string>]>([
    ['a token for somebody else', () => tokenOf(ci, {}, { audience: 'https://elsewhere.example.com' })],
    ['a token of an issuer that nobody trusts here', () => tokenOf(secureCi)],
    ['a token that has expired', () => tokenOf(ci, { iat: inSeconds(-420), exp: inSeconds(-120) })],
    ['a token of another branch’s job', () => tokenOf(ci, { sub: 'repo:acme/app:ref:refs/tags/v1' })],
    ['a token of another repository’s job', () => tokenOf(ci, { sub: 'repo:evil/app:ref:refs/heads/main' })],
    ['a token without a claim that is asked for', () => tokenOf(ci, { environment: undefined })],
    [
      'a token that was exchanged before',
      async () => {
        const token = await tokenOf(ci)
        expect((await exchange(token)).status).toBe(200)
        return token
      },
    ],
    ['a token that was changed', async () => (await tokenOf(ci)).replace(/.{8}$/, 'AAAAAAAA')],
    ['something that is no token', async () => 'x'],
  ])('%s', async (_what, make) => {
    const answer = await exchange(await make())
    expect(answer.status).toBe(400)
    expect(await read(answer)).toEqual({
      error: 'invalid_grant',
      error_description: 'the token is not accepted',
    })
  })

  test('a robot that is not there, and one that is and has no such trust', async () => {
    for (const robot of ['robot$nobody', 'nobody', robots.secure!.name]) {
      const answer = await exchange(await tokenOf(ci), { robot })
      expect(await read(answer)).toEqual({
        error: 'invalid_grant',
        error_description: 'the token is not accepted',
      })
    }
  })
})

test('a request that makes no sense is told so in the form of OAuth', async () => {
  const token = await tokenOf(ci)
  for (const [form, error] of [
    [{ subject_token: '' }, 'invalid_request'],
    [{ subject_token_type: 'urn:ietf:params:oauth:token-type:saml2' }, 'invalid_request'],
    [{ requested_token_type: ID_TOKEN }, 'invalid_request'],
    [{ actor_token: token }, 'invalid_request'],
    [{ service: 'other' }, 'invalid_target'],
  ] as const) {
    const answer = await exchange(token, form)
    expect([answer.status, (await read(answer)).error], JSON.stringify(form)).toEqual([400, error])
  }
  const form = { grant_type: EXCHANGE, subject_token: token, subject_token_type: ID_TOKEN }
  expect((await send(form, [['subject_token', token]])).status).toBe(400)
  // None of that spent the token.
  expect((await send(form)).status).toBe(200)
})
