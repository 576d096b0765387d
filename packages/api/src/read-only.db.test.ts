import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestApi, type TestApi } from './api.fixture.ts'

let database: TestDatabase
let api: TestApi
const access = [{ resource: 'repository', action: 'pull' }]
const permissions = [{ kind: 'project', namespace: 'team', access }]
const team = { project_name_or_id: 'team' }
const idOf = ({ headers }: { headers: Record<string, string> }) => Number(headers.location!.split('/').at(-1))
const put = (read_only: boolean) => api.call('root', 'updateConfigurations', { body: { read_only } })
const addRobot = async (name: string) => {
  const body = { level: 'project', name, duration: -1, permissions }
  return { path: { robot_id: (await api.call('root', 'CreateRobot', { body })).data.id! } }
}

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url)
  await api.addUser('root', { sysadmin: true })
  await api.addProject('team')
})
afterAll(async () => {
  await api.close()
  await database.drop()
})

it('what takes access away goes on in a read-only installation, and what gives it does not', async () => {
  const [ann, bob] = [await api.addUser('ann', { sysadmin: true }), await api.addUser('bob')]
  const [used, gone] = [await addRobot('used'), await addRobot('gone')]
  const member = await api.call('root', 'createProjectMember', {
    path: team,
    body: { role_id: 1, member_user: { username: 'bob' } },
  })
  const group = await api.call('root', 'createUserGroup', {
    body: { group_type: 1, group_name: 'devs', ldap_group_dn: 'cn=devs,dc=example,dc=com' },
  })
  const trust = await api.call('root', 'createIdentityTrust', {
    path: team,
    body: {
      name: 'ci',
      robot_id: used.path.robot_id,
      issuer: 'https://ci.example.com',
      claims: { sub: 'project:acme/app:*' },
    },
  })
  for (const { status, text } of [member, group, trust]) expect(status, text).toBe(201)
  const of = (user: { id: number }) => ({ path: { user_id: user.id } })
  await put(true)
  try {
    for (const refused of [
      await api.call('root', 'setUserDisabled', { ...of(bob), body: { disabled: false } }),
      await api.call('root', 'setUserSysAdmin', { ...of(bob), body: { sysadmin_flag: true } }),
      await api.call('root', 'UpdateRobot', { ...used, body: { disable: false } }),
      await api.call('root', 'UpdateRobot', { ...used, body: { disable: true, permissions } }),
      await api.call('root', 'UpdateRobot', { ...used, body: { disable: true, duration: 5 } }),
    ])
      expect([refused.status, refused.code], refused.text).toEqual([403, 'DENIED'])
    const mid = idOf(member)
    const taken = [
      await api.call('root', 'setUserSysAdmin', { ...of(ann), body: { sysadmin_flag: false } }),
      await api.call('root', 'updateUserPassword', { ...of(ann), body: { new_password: 'Other-passw0rd' } }),
      await api.call('root', 'deleteProjectMember', { path: { ...team, mid } }),
      await api.call('root', 'deleteUserGroup', { path: { group_id: idOf(group) } }),
      await api.call('root', 'deleteIdentityTrust', { path: { ...team, identity_trust_id: idOf(trust) } }),
      await api.call('root', 'RefreshSec', { ...used, body: {} }),
      await api.call('root', 'UpdateRobot', { ...used, body: { disable: true } }),
      await api.call('root', 'DeleteRobot', gone),
      await api.call('root', 'setUserDisabled', { ...of(ann), body: { disabled: true } }),
      await api.call('root', 'deleteUser', of(bob)),
    ]
    expect(taken.map(({ status, text }) => [status, text])).toEqual(taken.map(({ text }) => [200, text]))
  } finally {
    await put(false)
  }
  expect((await api.call('root', 'GetRobotByID', used)).data.disable).toBe(true)
  expect((await api.call('root', 'getUser', of(ann))).data).toMatchObject({
    disabled: true,
    sysadmin_flag: false,
  })
  expect((await api.call('root', 'getUser', of(bob))).status).toBe(404)
})
