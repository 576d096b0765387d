import { SYSTEM } from '@berth/core'
import { createRobot, deleteRobot } from '@berth/core/robots'
import { rotateSigningKey } from '@berth/core/tokens'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PASSWORD, startBerth, type TestBerth } from '../../test/berth.ts'
import { TestClient } from '../../test/client.ts'
import { createLayout, type Layout, skopeo } from '../../test/layout.ts'

let berth: TestBerth
let layout: Layout
beforeAll(async () => {
  berth = await startBerth()
  layout = await createLayout()
  for (const name of ['dev', 'guest', 'outsider']) await berth.addUser(name)
  await berth.addProject('team', { members: { dev: 'developer', guest: 'guest' } })
  await berth.addProject('open', { public: true, members: { dev: 'developer' } })
})
afterAll(async () => {
  await layout.remove()
  await berth.close()
})

const at = (name: string) => `docker://127.0.0.1:${berth.port}/${name}`
const login = (side: 'src' | 'dest', who?: string, password = PASSWORD) => [
  `--${side}-tls-verify=false`,
  who === undefined ? `--${side}-no-creds` : `--${side}-creds=${who}:${password}`,
]
const push = (name: string, who?: string, password = PASSWORD) =>
  skopeo(
    'copy',
    '--all',
    '--preserve-digests',
    ...login('dest', who, password),
    `oci:${layout.folder}:latest`,
    at(name),
  )
async function pull(name: string, who?: string, password = PASSWORD) {
  const target = await createLayout(1)
  try {
    return await skopeo(
      'copy',
      '--all',
      ...login('src', who, password),
      at(name),
      `oci:${target.folder}:pulled`,
    )
  } finally {
    await target.remove()
  }
}

test('a developer pushes a two-platform image; a guest pulls it by tag and by digest', async () => {
  expect(await push('team/image:1', 'dev')).toMatchObject({ code: 0 })
  expect(await pull('team/image:1', 'guest')).toMatchObject({ code: 0 })
  expect(await pull(`team/image@${layout.digest}`, 'guest')).toMatchObject({ code: 0 })
  const tags = await skopeo('list-tags', '--tls-verify=false', `--creds=guest:${PASSWORD}`, at('team/image'))
  expect(JSON.parse(tags.output).Tags).toEqual(['1'])
})

test('login works with the right password only', async () => {
  const login = (password: string) =>
    skopeo(
      'login',
      '--tls-verify=false',
      '--authfile',
      `${layout.folder}/auth.json`,
      '-u',
      'dev',
      '-p',
      password,
      at('').slice(9, -1),
    )
  expect(await login('Wrong-password-0')).toMatchObject({ code: 1 })
  expect(await login(PASSWORD)).toMatchObject({ code: 0 })
})

test('copying inside Berth mounts the layers instead of sending them', async () => {
  const copied = await skopeo(
    ...['copy', '--all', ...login('src', 'dev'), ...login('dest', 'dev')],
    at('team/image:1'),
    at('team/copy:1'),
  )
  expect(copied).toMatchObject({ code: 0 })
  expect(await pull('team/copy:1', 'dev')).toMatchObject({ code: 0 })
})

test('a guest cannot push, an outsider cannot pull, a wrong password is refused, and each is told so', async () => {
  for (const outcome of [
    await push('team/image:2', 'guest'),
    await pull('team/image:1', 'outsider'),
    await pull('team/image:1'),
    await push('open/image:1', 'outsider'),
    await push('team/image:2', 'dev', 'Wrong-password-1'),
    await pull('open/image:1', 'dev', 'Wrong-password-2'),
  ]) {
    expect(outcome.code).toBe(1)
    expect(outcome.output).toMatch(/unauthorized|denied|authentication required|invalid username\/password/i)
  }
})

test('anonymous pulls what is public', async () => {
  expect(await push('open/image:1', 'dev')).toMatchObject({ code: 0 })
  expect(await pull('open/image:1')).toMatchObject({ code: 0 })
})

test('robots push and pull within their lists, and not once they are gone', async () => {
  const robot = async (name: string, ...actions: string[]) => {
    const access = actions.map((action) => ({ resource: 'repository', action }))
    const permissions = [{ kind: 'project', namespace: 'team', access }]
    const made = await createRobot(berth.core, SYSTEM, { level: 'project', name, permissions })
    return { id: made.robot.id, name: made.robot.name, secret: made.secret }
  }
  const builder = await robot('builder', 'push')
  const runner = await robot('runner', 'pull')
  expect(builder.name).toBe('robot$team+builder')
  expect(await push('team/robots:1', builder.name, builder.secret)).toMatchObject({ code: 0 })
  expect(await pull('team/robots:1', builder.name, builder.secret)).toMatchObject({ code: 0 })
  expect(await pull('team/robots:1', runner.name, runner.secret)).toMatchObject({ code: 0 })
  for (const outcome of [
    await push('team/robots:2', runner.name, runner.secret),
    await push('open/robots:1', builder.name, builder.secret),
    await pull('team/robots:1', runner.name, builder.secret),
  ])
    expect(outcome.code).toBe(1)
  // /v2 itself takes the secret, too.
  const direct = (path: string) =>
    fetch(`${berth.url}/v2/${path}`, {
      headers: { authorization: `Basic ${btoa(`${runner.name}:${runner.secret}`)}` },
    })
  expect((await direct('team/robots/tags/list')).status).toBe(200)
  expect((await direct('_catalog')).status).toBe(401)
  await deleteRobot(berth.core, SYSTEM, runner.id)
  expect(await pull('team/robots:1', runner.name, runner.secret)).toMatchObject({ code: 1 })
})

test('the running registry accepts tokens of a new signing key, and of the one after it, without a restart', async () => {
  for (const repository of ['team/rotated1', 'team/rotated2', 'team/rotated3']) {
    await rotateSigningKey(berth.core)
    expect((await new TestClient(berth, 'dev').pushImage(repository, '1', repository)).answer.status).toBe(
      201,
    )
  }
  expect(berth.logged.filter((line) => line.includes('certificate'))).toEqual([])
})
