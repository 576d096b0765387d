import { expect } from 'vitest'
import { type Answer, PASSWORD, type TestApi } from './api.fixture.ts'

/** For tests of robots at the API. */

export type Access = [resource: string, ...actions: string[]][]
export const access = (list: Access) =>
  list.flatMap(([resource, ...actions]) => actions.map((action) => ({ resource, action })))
export const inProject = (namespace: string, list: Access) => ({
  kind: 'project',
  namespace,
  access: access(list),
})
export const inSystem = (list: Access) => ({ kind: 'system', namespace: '/', access: access(list) })
export const PULL: Access = [['repository', 'pull']]

let count = 0
export interface RobotCalls {
  /** A robot with a secret of ours, so that `api.call` can sign in with it. */
  addRobot(
    permissions: Record<string, unknown>[],
    more?: Record<string, unknown> & { as?: string },
  ): Promise<{ id: number; name: string; secret: string }>
  create(as: string | undefined, body: Record<string, unknown>): Promise<Answer<'CreateRobot'>>
}

export const robotCalls = (api: TestApi): RobotCalls => ({
  async addRobot(permissions, { level = 'project', as = 'root', ...more } = {}) {
    const body = { name: `robot-${++count}`, level, duration: -1, secret: PASSWORD, permissions, ...more }
    const answer = await api.call(as, 'CreateRobot', { body })
    expect(answer.status, answer.text).toBe(201)
    return { id: answer.data.id!, name: answer.data.name!, secret: answer.data.secret! }
  },
  create: (as, body) =>
    api.call(as, 'CreateRobot', { body: { name: `robot-${++count}`, duration: -1, ...body } }),
})
export const at = (id: number) => ({ path: { robot_id: id } })
