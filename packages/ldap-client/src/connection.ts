import { Client, PasswordPolicyControl, ResultCodeError, SASL_MECHANISMS } from 'ldapts'
import { connectionFault } from './connection-fault.ts'
import { binaryAttributes, type Entry, toEntry } from './entry.ts'
import { LdapError } from './errors.ts'
import type { Filter } from './filter.ts'
import { reasonOfActiveDirectory, reasonOfPolicy, resultCode } from './result-codes.ts'
import { openStream, type TlsSettings } from './socket.ts'
import type { Target } from './url.ts'
import { toWire } from './wire-filter.ts'

export type Scope = 'base' | 'one' | 'sub'

export interface SearchRequest {
  baseDn: string
  scope: Scope
  filter: Filter
  attributes: readonly string[]
  /** More entries than this are an error, TOO_MANY_ENTRIES; with `atMost` they are left out. */
  maxEntries: number
  overflow?: 'fail' | 'cut'
}

export interface SearchAnswer {
  entries: Entry[]
  /** Where the directory says the rest is: URLs, not to be trusted. */
  references: string[]
}

export interface ConnectionSettings {
  tls: TlsSettings
  /** For TCP, StartTLS and the TLS handshake together. */
  connectTimeoutMs: number
  /** For one bind, or one search with all its pages. */
  requestTimeoutMs: number
  pageSize: number
  /** What a bind or one page of a search may weigh. */
  maxAnswerBytes: number
}

/** One connection to one server. One request at a time; after any failure of the connection it is not `usable`. */
export interface Connection {
  readonly url: string
  readonly usable: boolean
  /** A simple bind. Throws LdapError INVALID_CREDENTIALS and others; an empty password or DN is never sent. */
  bind(dn: string, password: string): Promise<void>
  search(request: SearchRequest): Promise<SearchAnswer>
  close(): void
}

export async function connect(target: Target, settings: ConnectionSettings): Promise<Connection> {
  const stream = await openStream(target, settings.tls, settings.connectTimeoutMs)
  let given = false
  const client = new Client({
    url: `ldap://${target.url.slice(target.url.indexOf('//') + 2)}`,
    // ldapts would reconnect by itself: without TLS where StartTLS was asked for, and without the bind.
    createConnection: (() => {
      if (given)
        throw new LdapError('UNREACHABLE', 'The connection to the directory ended', { url: target.url })
      given = true
      return stream
    }) as never,
  })

  async function limited<T>(call: () => Promise<T>, why: () => Reason | undefined = nothing): Promise<T> {
    const late = new LdapError('TIMEOUT', 'The directory did not answer in time')
    const timer = setTimeout(() => stream.destroy(late), settings.requestTimeoutMs)
    stream.allow(settings.maxAnswerBytes)
    try {
      return await call()
    } catch (error) {
      if (error instanceof ResultCodeError) throw fromResult(error, target.url, why())
      if (error instanceof LdapError && !stream.failure) throw connectionFault(error, target.url)
      const failure = connectionFault(stream.failure ?? error, target.url)
      // Whatever is left of the exchange must not be taken for the answer to the next request.
      stream.destroy()
      throw failure
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    url: target.url,
    get usable() {
      return !stream.destroyed && !stream.readableEnded
    },
    async bind(dn, password) {
      assertBindable(dn, password)
      // A directory that does not know it does without; one that does tells expired from wrong only when asked so.
      const policy = new PasswordPolicyControl()
      await limited(
        () => client.bind(dn, password, policy),
        () => reasonOfPolicy(policy.value?.error),
      )
      // After a reset the bind succeeds, for nothing but the change of the password.
      const reason = reasonOfPolicy(policy.value?.error)
      if (reason)
        throw new LdapError(reason.code, `The directory lets this account do nothing yet: ${reason.name}`, {
          resultCode: 0,
          hint: reason.hint,
          url: target.url,
        })
    },
    search: (request) => limited(() => collect(request)),
    close: () =>
      void client
        .unbind()
        .catch(() => {})
        .finally(() => stream.destroy()),
  }

  async function collect(request: SearchRequest): Promise<SearchAnswer> {
    const found: SearchAnswer = { entries: [], references: [] }
    const { maxEntries } = request
    const options = {
      scope: request.scope,
      filter: toWire(request.filter),
      attributes: [...request.attributes],
      explicitBufferAttributes: binaryAttributes,
      timeLimit: Math.ceil(settings.requestTimeoutMs / 1000),
    }
    // One entry more than wanted tells that there are more. A control for pages would be in the way of small searches.
    const pages =
      maxEntries < settings.pageSize
        ? [client.search(request.baseDn, { ...options, sizeLimit: maxEntries + 1 })]
        : client.searchPaginated(request.baseDn, { ...options, paged: { pageSize: settings.pageSize } })
    for await (const page of pages) {
      for (const entry of page.searchEntries) found.entries.push(toEntry(entry))
      found.references.push(...page.searchReferences)
      if (found.entries.length > maxEntries) {
        if (request.overflow === 'cut') return { ...found, entries: found.entries.slice(0, maxEntries) }
        throw new LdapError('TOO_MANY_ENTRIES', `More than ${maxEntries} entries match`)
      }
      if (found.references.length > maxEntries + 100)
        throw new LdapError(
          'ANSWER_TOO_LARGE',
          'The directory sent more references than entries were asked for',
        )
      stream.allow(settings.maxAnswerBytes)
    }
    return found
  }
}

/** RFC 4513, section 5.1.2: a name with an empty password "succeeds" as nobody, and so does an empty name. */
export function assertBindable(dn: string, password: string): void {
  if (password === '' || password.includes('\0'))
    throw new LdapError('INVALID_CREDENTIALS', 'An empty password never signs anybody in')
  // ldapts takes these names for SASL mechanisms.
  if (dn.trim() === '' || (SASL_MECHANISMS as readonly string[]).includes(dn))
    throw new LdapError('INVALID_DN', 'A bind needs the name of an entry')
}

type Reason = ReturnType<typeof resultCode>
const nothing = () => undefined

function fromResult(error: ResultCodeError, url: string, ofPolicy: Reason | undefined): LdapError {
  const words = error.message.replace(/ Code: 0x[0-9a-f]+$/, '')
  const reason = error.code === 49 ? (ofPolicy ?? reasonOfActiveDirectory(words)) : undefined
  const { code, name } = reason ?? resultCode(error.code)
  return new LdapError(code, `The directory answered ${name} (${error.code})`, {
    resultCode: error.code,
    detail: words,
    ...(reason && { hint: reason.hint }),
    url,
    cause: error,
  })
}
