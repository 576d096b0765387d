import { basePath } from '@berth/contract'
import { expect } from 'vitest'
import { basic, ROLES, type TestApi } from './api.fixture.ts'

/** For tests of personal access tokens: people, projects, and calls with a token. */

export interface TokenWorld {
  ids: Record<'root' | 'outsider' | 'team' | 'side' | 'open', number>
  make(
    as: string,
    scopes: readonly string[],
    more?: Record<string, unknown>,
  ): Promise<{ id: number; secret: string; authorization: string }>
  ask(authorization: string, method: string, path: string, body?: unknown): ReturnType<TestApi['raw']>
  statusOf(...call: Parameters<TokenWorld['ask']>): Promise<number>
}

export async function openTokenWorld(api: TestApi): Promise<TokenWorld> {
  const ids = {
    root: (await api.addUser('root', { sysadmin: true })).id,
    outsider: (await api.addUser('outsider')).id,
    team: await api.addProject('team', { members: ROLES }),
    side: await api.addProject('side', { members: ['projectAdmin', 'developer'] }),
    open: await api.addProject('open', { public: true, members: ['projectAdmin'] }),
  }
  let count = 0
  const ask: TokenWorld['ask'] = (authorization, method, path, body) =>
    api.raw(
      method,
      basePath + path,
      { authorization, ...(body !== undefined && { 'content-type': 'application/json' }) },
      body === undefined ? undefined : JSON.stringify(body),
    )
  return {
    ids,
    async make(as, scopes, more = {}) {
      const body = { name: `token-${++count}`, scopes: [...scopes], ...more }
      const answer = await api.call(as, 'createMyAccessToken', { body })
      expect(answer.status, answer.text).toBe(201)
      const secret = answer.data.secret!
      return { id: answer.data.id!, secret, authorization: basic(as, secret) }
    },
    ask,
    statusOf: async (...call) => (await ask(...call)).status,
  }
}
