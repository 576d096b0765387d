import { text as readText } from 'node:stream/consumers'
import { type Body, basePath, type OperationId, operations, type Response } from '@berth/contract'
import { validateResponse } from '@berth/contract/server'
import { type Core, type CoreSettings, createCore, SYSTEM, type UserActor } from '@berth/core'
import { currentUser } from '@berth/core/authentication'
import { type Role, roleIds } from '@berth/core/authorization'
import { createMember } from '@berth/core/members'
import { createProject } from '@berth/core/projects'
import { createUser, setSysadmin } from '@berth/core/users'
import { createApi } from './api.ts'
import type { Failure } from './errors.ts'
import type { ApiResponse } from './http.ts'

/** For tests: the API over a database of one's own, called as a person and held against the contract. */

export const PASSWORD = 'Passw0rd'
// The same as argon2 makes it when it may cost nothing: each call signs in anew.
const PASSWORD_HASH =
  '$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$YGXIYPvbG6JwW6x3fcXcxOucxMCcs2rPn50BDEQLuKE'
export const ROLES = Object.keys(roleIds) as Role[]

export interface CallInput<Op extends OperationId> {
  path?: Record<string, string | number>
  query?: Record<string, string | number | boolean>
  headers?: Record<string, string>
  body?: Body<Op> | Record<string, unknown>
}
export interface Answer<Op extends OperationId> {
  status: number
  headers: Record<string, string>
  data: Response<Op>
  /** Of an error body. */
  code: string | undefined
  text: string
}

export interface TestApi {
  core: Core
  failures: Failure[]
  /** `as`: a username, or undefined for nobody. Fails when the answer breaks the contract. */
  call<Op extends OperationId>(as: string | undefined, op: Op, input?: CallInput<Op>): Promise<Answer<Op>>
  raw(method: string, url: string, headers?: Record<string, string>, body?: string): Promise<Answer<never>>
  addUser(username: string, options?: { sysadmin?: boolean }): Promise<UserActor>
  /** A project, and one member `<role>` for each role named; people are made when they are missing. */
  addProject(name: string, options?: { public?: boolean; members?: Role[] }): Promise<number>
  close(): Promise<void>
}

export async function openTestApi(
  databaseUrl: string,
  options: Partial<Pick<CoreSettings, 'now' | 'wait' | 'registryUrl' | 'registryCredentials'>> = {},
): Promise<TestApi> {
  const core = createCore({
    databaseUrl,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://berth.test',
    registryUrl: 'http://127.0.0.1:9',
    poolSize: 4,
    ...options,
  })
  const failures: Failure[] = []
  const api = createApi(core, { log: (failure) => failures.push(failure) })
  const people = new Map<string, UserActor>()

  const raw: TestApi['raw'] = async (method, url, headers = {}, body) => {
    const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
    const response = await api.handle({
      method,
      url,
      header: (name) => lower.get(name.toLowerCase()),
      body: async () => Buffer.from(body ?? ''),
      remoteAddress: '192.0.2.1',
    })
    const text = await textOf(response)
    const isJson = response.headers['content-type']?.startsWith('application/json')
    const data = text === '' ? undefined : isJson ? JSON.parse(text) : text
    return {
      status: response.status,
      headers: response.headers,
      data,
      code: data?.errors?.[0]?.code,
      text,
    } as never
  }

  const addUser: TestApi['addUser'] = async (username, { sysadmin = false } = {}) => {
    const id = await createUser(core, SYSTEM, { username, password: PASSWORD })
    await core.db.prisma.user.update({ where: { id }, data: { passwordHash: PASSWORD_HASH } })
    if (sysadmin) await setSysadmin(core, SYSTEM, id, true)
    const actor = (await currentUser(core, id))!
    people.set(username, actor)
    return actor
  }

  return {
    core,
    failures,
    raw,
    async call(as, op, input = {}) {
      const { method, path } = operations[op]
      const filled = path.replace(/\{(\w+)\}/g, (_, name) => {
        const once = encodeURIComponent(input.path?.[name] ?? '')
        return name === 'repository_name' ? encodeURIComponent(once) : once
      })
      const query = new URLSearchParams(Object.entries(input.query ?? {}).map(([k, v]) => [k, String(v)]))
      const headers: Record<string, string> = { ...input.headers }
      if (as !== undefined) headers.authorization = basic(as)
      if (input.body !== undefined) headers['content-type'] ??= 'application/json'
      const body = input.body === undefined ? undefined : JSON.stringify(input.body)
      const answer = await raw(method, `${basePath}${filled}?${query}`, headers, body)
      const problems = validateResponse(op, answer.status, answer.data, answer.headers['content-type'])
      if (method !== 'HEAD' && problems.length > 0) throw new Error(`${problems.join('\n')}\n${answer.text}`)
      return answer as never
    },
    addUser,
    async addProject(name, { public: isPublic = false, members = [] } = {}) {
      const id = await createProject(core, SYSTEM, { name, public: isPublic })
      for (const role of members) {
        const { id: userId } = people.get(role) ?? (await addUser(role))
        await createMember(core, SYSTEM, { id }, { roleId: roleIds[role], userId })
      }
      return id
    },
    close: () => core.close(),
  }
}

/** Of what can be followed only its beginning: it has no end. */
async function textOf({ body, headers }: ApiResponse): Promise<string> {
  if (typeof body !== 'function') return body ?? ''
  const gone = new AbortController()
  if (!headers['content-type']?.startsWith('text/event-stream')) return readText(body(gone.signal))
  for await (const piece of body(gone.signal)) {
    gone.abort()
    return Buffer.from(piece).toString()
  }
  return ''
}

export const basic = (username: string, password = PASSWORD): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
