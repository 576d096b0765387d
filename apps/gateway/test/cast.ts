import { startBerth, type TestBerth } from './berth.ts'
import { TestClient } from './client.ts'

export interface Cast {
  berth: TestBerth
  /** Administrator. */
  root: TestClient
  /** Developer, guest and maintainer of `team`; the developer also of the public `open`, the maintainer of `secret`. */
  dev: TestClient
  guest: TestClient
  keeper: TestClient
  /** Has an account and no project. */
  outsider: TestClient
  /** Without credentials. */
  nobody: TestClient
}

/** A gateway with three projects and somebody of every kind. */
export async function startCast(): Promise<Cast> {
  const berth = await startBerth()
  for (const name of ['root', 'dev', 'guest', 'keeper', 'outsider']) await berth.addUser(name)
  const members = { dev: 'developer', guest: 'guest', keeper: 'maintainer' } as const
  await berth.addProject('team', { members })
  await berth.addProject('secret', { members: { keeper: 'maintainer' } })
  await berth.addProject('open', { public: true, members: { dev: 'developer' } })
  return {
    berth,
    root: new TestClient(berth, 'root'),
    dev: new TestClient(berth, 'dev'),
    guest: new TestClient(berth, 'guest'),
    keeper: new TestClient(berth, 'keeper'),
    outsider: new TestClient(berth, 'outsider'),
    nobody: new TestClient(berth),
  }
}
