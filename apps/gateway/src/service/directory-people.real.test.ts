import { SYSTEM } from '@berth/core'
import { updateConfigurations } from '@berth/core/configurations'
import { refreshDirectoryAccounts } from '@berth/core/directories'
import { type Openldap, startOpenldap } from '@berth/testing/openldap'
import { Attribute, Change, Client } from 'ldapts'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { PASSWORD, startBerth, type TestBerth } from '../../test/berth.ts'
import { createLayout, type Layout, skopeo } from '../../test/layout.ts'

// People of a real OpenLDAP at the docker door, over StartTLS with an authority of its own.
const BASE = 'dc=example,dc=com'
const PEOPLE = `ou=people,${BASE}`
const GROUPS = `ou=groups,${BASE}`
let berth: TestBerth
let openldap: Openldap
let admin: Client
let layout: Layout

beforeAll(async () => {
  ;[berth, openldap, layout] = await Promise.all([
    startBerth(),
    startOpenldap({
      entries: [
        ...[PEOPLE, GROUPS].map((dn) => ({
          dn,
          attributes: { objectClass: 'organizationalUnit', ou: dn.slice(3, 9) },
        })),
        {
          dn: `cn=search,${BASE}`,
          attributes: {
            objectClass: ['organizationalRole', 'simpleSecurityObject'],
            cn: 'search',
            userPassword: 'search-secret',
          },
        },
        person('ann'),
        person('bob'),
        person('twin1', 'twin@example.com'),
        person('twin2', 'twin@example.com'),
        person('zoe', 'zoe,(x)*@example.com'),
      ],
    }),
    createLayout(1_000),
  ])
  admin = new Client({ url: openldap.url, timeout: 10_000 })
  await admin.bind(openldap.admin.dn, openldap.admin.password)
  await admin.add(groupDn('developers'), {
    objectClass: 'groupOfNames',
    cn: 'developers',
    member: personDn('ann'),
  })
  await admin.add(groupDn('engineering'), {
    objectClass: 'groupOfNames',
    cn: 'engineering',
    member: groupDn('developers'),
  })
  await berth.addUser('root')
  await configure({})
  // Everybody of the group, and whoever is in a group of it, may push.
  const created = await fetch(`${berth.url}/api/v2.0/projects`, {
    method: 'POST',
    headers: { authorization: basic('root', PASSWORD), 'content-type': 'application/json' },
    body: JSON.stringify({ project_name: 'team', metadata: { public: 'false' } }),
  })
  expect(created.status).toBe(201)
  const { prisma } = berth.core.db
  await tokenOf('ann')
  const group = await prisma.userGroup.findFirstOrThrow({ where: { name: 'engineering' } })
  const project = await prisma.project.findFirstOrThrow({ where: { name: 'team' } })
  await prisma.member.create({ data: { projectId: project.id, groupId: group.id, roleId: 2 } })
}, 120_000)
afterAll(async () => {
  await admin?.unbind().catch(() => {})
  await openldap?.stop()
  await layout?.remove()
  await berth?.close()
})

const personDn = (uid: string) => `uid=${uid},${PEOPLE}`
const groupDn = (name: string) => `cn=${name},${GROUPS}`
function person(uid: string, mail = `${uid}@example.com`) {
  return {
    dn: personDn(uid),
    attributes: { objectClass: 'inetOrgPerson', uid, cn: uid, sn: uid, mail, userPassword: `${uid}-secret` },
  }
}
const configure = (changes: Record<string, unknown>) =>
  updateConfigurations(berth.core, SYSTEM, {
    auth_mode: 'ldap_auth',
    ldap_url: openldap.url,
    ldap_start_tls: true,
    ldap_ca: openldap.authority.certificatePem,
    ldap_base_dn: PEOPLE,
    ldap_uid: 'uid',
    ldap_login_attributes: 'mail',
    ldap_search_dn: `cn=search,${BASE}`,
    ldap_search_password: 'search-secret',
    ldap_group_base_dn: GROUPS,
    ldap_group_nested: 'walk',
    ldap_timeout: 2,
    ...changes,
  })
const change = (dn: string, operation: 'add' | 'delete' | 'replace', type: string, ...values: string[]) =>
  admin.modify(dn, [new Change({ operation, modification: new Attribute({ type, values }) })])

const basic = (username: string, password: string) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

/** What the docker door gives for pushing into the project. */
async function tokenOf(username: string, password = `${username}-secret`) {
  const scope = encodeURIComponent('repository:team/app:pull,push')
  const answer = await fetch(`${berth.url}/service/token?service=berth-registry&scope=${scope}`, {
    headers: { authorization: basic(username, password) },
  })
  const body = (await answer.json()) as { token?: string; errors?: { code: string; message: string }[] }
  const claims = body.token
    ? JSON.parse(Buffer.from(body.token.split('.')[1]!, 'base64url').toString())
    : undefined
  return {
    status: answer.status,
    token: body.token,
    subject: claims?.sub as string | undefined,
    actions: (claims?.access?.[0]?.actions ?? []) as string[],
    error: body.errors?.[0],
    retryAfter: answer.headers.get('retry-after'),
  }
}

test('a token by name and by mail, with the role of a group in which the person’s group is', async () => {
  for (const login of ['ann', 'ann@example.com', 'ANN'])
    expect(await tokenOf(login, 'ann-secret')).toMatchObject({
      status: 200,
      subject: 'ann',
      actions: ['pull', 'push'],
    })
  expect(await tokenOf('bob')).toMatchObject({ status: 200, actions: [] })
})

test('a wrong password, a name that is syntax and one that two people have are 401, with scope and without', async () => {
  for (const [login, password] of [
    ['ann', 'wrong'],
    ['ann', ''],
    ['nobody', 'wrong'],
    ['*', 'ann-secret'],
    ['ann*', 'ann-secret'],
    ['ann)(uid=*', 'ann-secret'],
    ['ann\0', 'ann-secret'],
    [personDn('ann'), 'ann-secret'],
    ['twin@example.com', 'twin1-secret'],
  ] as const)
    expect((await tokenOf(login, password)).status, JSON.stringify(login)).toBe(401)
  expect((await tokenOf('zoe,(x)*@example.com', 'zoe-secret')).status).toBe(200)
})

test('skopeo logs in, pushes and pulls as a person of the directory', async () => {
  const target = `docker://${berth.url.slice('http://'.length)}/team/app:1`
  const creds = 'ann@example.com:ann-secret'
  const pushed = await skopeo(
    'copy',
    '--all',
    '--dest-tls-verify=false',
    `--dest-creds=${creds}`,
    `oci:${layout.folder}:latest`,
    target,
  )
  expect(pushed).toMatchObject({ code: 0 })
  expect(await skopeo('inspect', '--raw', '--tls-verify=false', `--creds=${creds}`, target)).toMatchObject({
    code: 0,
  })
  const refused = await skopeo('inspect', '--raw', '--tls-verify=false', '--creds=ann:wrong', target)
  expect(refused.code).not.toBe(0)
  expect(refused.output).toMatch(/unauthorized|401/i)
})

describe('what changes in the directory', () => {
  const hasty = async () => {
    await berth.core.db.prisma.directoryAccount.updateMany({ data: { nextLookAt: new Date(0) } })
    return refreshDirectoryAccounts(berth.core, new AbortController().signal)
  }
  const push = (token: string) =>
    fetch(`${berth.url}/v2/team/app/blobs/uploads/`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    })
  const soon = { timeout: 10_000, interval: 200 }

  test('without a new sign-in a group’s member gets its role, and loses it', async () => {
    const { id } = await berth.core.db.prisma.user.findFirstOrThrow({ where: { username: 'bob' } })
    await change(groupDn('developers'), 'add', 'member', personDn('bob'))
    expect(await hasty()).toMatchObject({ ended: 0 })
    const given = await tokenOf('bob')
    expect(given.actions).toEqual(['pull', 'push'])
    expect((await push(given.token!)).status).toBe(202)
    await change(groupDn('developers'), 'delete', 'member', personDn('bob'))
    await hasty()
    expect(await berth.core.db.prisma.userGroupMember.count({ where: { userId: id } })).toBe(0)
    await vi.waitFor(async () => expect((await push(given.token!)).status).toBe(401), soon)
  })

  test('`docker login` takes a changed group along, however short after the one before', async () => {
    const login = () =>
      fetch(`${berth.url}/service/token?service=berth-registry&offline_token=true`, {
        headers: { authorization: basic('bob', 'bob-secret') },
      })
    for (const [operation, actions] of [
      ['add', ['pull', 'push']],
      ['delete', []],
    ] as const) {
      await change(groupDn('developers'), operation, 'member', personDn('bob'))
      expect((await login()).status).toBe(200)
      await vi.waitFor(async () => expect((await tokenOf('bob')).actions).toEqual(actions), soon)
    }
  })

  test('a person without an entry loses token and remembered password, the others nothing', async () => {
    const { token } = await tokenOf('ann')
    expect((await push(token!)).status).toBe(202)
    await admin.del(personDn('ann'))
    await hasty()
    await berth.core.db.prisma.directoryAccount.updateMany({
      where: { missingSince: { not: null } },
      data: { missingSince: new Date(0) },
    })
    expect(await hasty()).toMatchObject({ ended: 1, held: 0 })
    expect((await push(token!)).status).toBe(401)
    expect((await tokenOf('ann')).status).toBe(401)
    expect((await tokenOf('bob')).status).toBe(200)
  })
})

test('a certificate that nobody trusts signs nobody in', async () => {
  await configure({ ldap_ca: '' })
  expect(await tokenOf('twin1')).toMatchObject({ status: 503, error: { code: 'UNAVAILABLE' } })
  await configure({})
  expect((await tokenOf('twin1')).status).toBe(200)
})

test('a directory that was killed keeps no local person out; its people are told, and those who are remembered go on', async () => {
  expect((await tokenOf('bob')).status).toBe(200)
  process.kill(openldap.pid, 'SIGKILL')
  await vi.waitFor(async () => expect((await tokenOf('zoe')).status).toBe(503))
  const told = await tokenOf('zoe')
  expect(told.error).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('directory') })
  expect(Number(told.retryAfter)).toBeGreaterThan(0)
  expect((await tokenOf('root', PASSWORD)).status).toBe(200)
  expect((await tokenOf('root', 'wrong')).status).toBe(401)
  expect((await tokenOf('bob')).status).toBe(200)
  expect(await refreshDirectoryAccounts(berth.core, new AbortController().signal)).not.toMatchObject({
    ended: 1,
  })
})
