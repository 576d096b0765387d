import { once } from 'node:events'
import type { AddressInfo, Server as NetServer, Socket } from 'node:net'
import ldapjs from 'ldapjs'
import { filterText } from '../filter.ts'
import { parseFilter } from '../filter-parser.ts'
import { matches } from './matching.ts'
import { createTree, type FakeEntry, type FakeTree } from './tree.ts'

export type { FakeEntry, FakeTree } from './tree.ts'

export interface FakeDirectoryOptions {
  entries?: FakeEntry[]
  /** Words of Active Directory when a bind fails. Default: those of OpenLDAP. */
  kind?: 'openldap' | 'activeDirectory'
  /** Speaks ldaps://. */
  tls?: { certificatePem: string; keyPem: string }
  /** Sent along with every search: continuation references. */
  references?: string[]
  /** Gives more values of an attribute in parts of this size, as Active Directory does. */
  maxValues?: number
}

export interface FakeDirectory {
  url: string
  tree: FakeTree
  /** What came in, newest last. */
  requests: { binds: { dn: string; password: string }[]; searches: { baseDn: string; filter: string }[] }
  references: string[]
  /** Takes the next requests and does not answer them, or answers with a result code. */
  faults: ('silence' | number)[]
  /** How many connections are open now. */
  connections(): number
  dropConnections(): void
  close(): Promise<void>
}

const PAGED_RESULTS = '1.2.840.113556.1.4.319'
const SIZE_LIMIT_EXCEEDED = 4
const NO_SUCH_OBJECT = 32
const INVALID_CREDENTIALS = 49

// biome-ignore lint/suspicious/noExplicitAny: the types of ldapjs 3 are those of version 2
type Loose = any

// Clients send it without a value, which ldapjs cannot read; as one that it does not know, it can.
;(ldapjs as Loose).PasswordPolicyControl.OID = 'unknown'

/**
 * A directory in memory on a free port of the loopback address, for development and tests. As unguarded directories do,
 * it lets an empty password "succeed" as nobody: a client that sends one is wrong.
 */
export async function startFakeDirectory(options: FakeDirectoryOptions = {}): Promise<FakeDirectory> {
  const { tls, kind = 'openldap' } = options
  const server: Loose = ldapjs.createServer(
    (tls ? { certificate: tls.certificatePem, key: tls.keyPem } : {}) as never,
  )
  const tree = createTree(options.entries ?? [])
  const sockets = new Set<Socket>()
  const directory: Omit<FakeDirectory, 'url'> = {
    tree,
    requests: { binds: [], searches: [] },
    references: options.references ?? [],
    faults: [],
    connections: () => sockets.size,
    dropConnections: () => {
      for (const socket of sockets) socket.destroy()
    },
    close: async () => {
      directory.dropConnections()
      const net = server.server as NetServer
      net.close()
      await once(net, 'close')
    },
  }

  server.bind('', (request: Loose, response: Loose) => {
    const dn = request.dn.toString()
    const password = String(request.credentials)
    directory.requests.binds.push({ dn, password })
    if (isFaulty(directory, response)) return
    const entry = tree.get(dn)
    const right = entry?.password !== undefined && entry.password === password
    if (password === '' || (right && entry.refusal === undefined)) response.end(0)
    else refuse(response, kind, (right ? entry.refusal : undefined) ?? '52e')
  })

  server.search('', (request: Loose, response: Loose) => {
    const filter = parseFilter(request.filter.toString())
    const baseDn = request.dn.toString()
    directory.requests.searches.push({ baseDn, filter: filterText(filter) })
    if (isFaulty(directory, response)) return
    const scope = ['base', 'one', 'sub'][scopeNumber(request)] ?? 'sub'
    const fault = scope === 'base' ? tree.get(baseDn)?.fault : undefined
    if (fault !== undefined) return void response.end(fault)
    const candidates = tree.within(baseDn, scope)
    if (!candidates) {
      response.end(NO_SUCH_OBJECT)
      return
    }
    const found = candidates
      .map((entry) => ({ entry, attributes: tree.attributesOf(entry) }))
      .filter(({ attributes }) => matches(filter, attributes, tree))
    const { from, until, cookie } = pageOf(request, found.length)
    const limited = cookie === undefined && request.sizeLimit > 0 && found.length > request.sizeLimit
    for (const { entry, attributes } of found.slice(from, limited ? request.sizeLimit : until))
      sendEntry(response, entry, attributes, { wanted: request.attributes, maxValues: options.maxValues })
    if (directory.references.length > 0) response.send(response.createSearchReference(directory.references))
    if (cookie !== undefined)
      response.addControl(
        new (ldapjs as Loose).PagedResultsControl({ value: { size: found.length, cookie } }),
      )
    response.end(limited ? SIZE_LIMIT_EXCEEDED : 0)
  })

  server.on('clientError', () => {})
  // ldapjs cannot read every filter that is well formed; such a request stays without an answer.
  server.on('error', () => {})
  server.listen(0, '127.0.0.1')
  const net = server.server as NetServer
  if (!net.listening) await once(net, 'listening')
  net.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
  })
  const { port } = net.address() as AddressInfo
  return Object.assign(directory, { url: `${tls ? 'ldaps' : 'ldap'}://127.0.0.1:${port}` })
}

function isFaulty({ faults }: Omit<FakeDirectory, 'url'>, response: Loose): boolean {
  const fault = faults.shift()
  if (fault !== undefined && fault !== 'silence') response.end(fault)
  return fault !== undefined
}

function refuse(response: Loose, kind: FakeDirectoryOptions['kind'], reason: string): void {
  if (kind === 'activeDirectory')
    response.diagnosticMessage = `80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data ${reason}, v3839`
  response.status = INVALID_CREDENTIALS
  response.end()
}

/** ldapjs gives the scope as a number or as a word. */
const scopeNumber = ({ scope }: Loose) => {
  const words: Record<string, number> = { base: 0, one: 1, single: 1, sub: 2, subtree: 2 }
  return typeof scope === 'number' ? scope : (words[String(scope)] ?? 2)
}

/** The part of the results that a paged search wants; the cookie is the offset of the next (RFC 2696). */
function pageOf(request: Loose, total: number): { from: number; until: number; cookie?: Buffer } {
  const control = request.controls.find(({ type }: Loose) => type === PAGED_RESULTS)
  if (!control) return { from: 0, until: total }
  const from = Number(control.value.cookie.toString() || 0)
  const until = from + control.value.size
  return { from, until, cookie: Buffer.from(until < total ? String(until) : '') }
}

function sendEntry(
  response: Loose,
  entry: FakeEntry,
  attributes: Map<string, (string | Buffer)[]>,
  { wanted, maxValues = Number.POSITIVE_INFINITY }: { wanted: string[]; maxValues?: number | undefined },
): void {
  const names = wanted.length === 0 || wanted.includes('*') ? [...attributes.keys()] : wanted
  const sent = names
    .map((type) => partOf(type, attributes, maxValues))
    .filter(({ values }) => values.length > 0)
    .map((attribute) => new ldapjs.Attribute(attribute as never))
  response.send(response.createSearchEntry({ objectName: entry.dn, attributes: sent }))
}

/** All values of an attribute, or as many from where it is asked for as are given at once. */
function partOf(asked: string, attributes: Map<string, (string | Buffer)[]>, maxValues: number) {
  const [, name = asked, from = '0'] = /^(.+);range=(\d+)-/.exec(asked) ?? []
  const all = attributes.get(name.toLowerCase()) ?? []
  const values = all.slice(Number(from), Number(from) + maxValues)
  if (name === asked && values.length === all.length) return { type: asked, values }
  const end = Number(from) + values.length
  return { type: `${name};range=${from}-${end === all.length ? '*' : end - 1}`, values }
}

/** A small company: two people, two groups, one inside the other, and an account that searches. */
export function sampleEntries(): FakeEntry[] {
  const base = 'dc=example,dc=com'
  const person = (uid: string, cn: string): FakeEntry => ({
    dn: `uid=${uid},ou=people,${base}`,
    password: `${uid}-secret`,
    attributes: { objectClass: ['inetOrgPerson'], uid, cn, mail: `${uid}@example.com`, displayName: cn },
  })
  return [
    { dn: base, attributes: { objectClass: 'domain', dc: 'example' } },
    { dn: `ou=people,${base}`, attributes: { objectClass: 'organizationalUnit', ou: 'people' } },
    { dn: `ou=groups,${base}`, attributes: { objectClass: 'organizationalUnit', ou: 'groups' } },
    {
      dn: `cn=search,${base}`,
      password: 'search-secret',
      attributes: { objectClass: 'account', cn: 'search' },
    },
    person('ann', 'Ann Example'),
    person('bob', 'Bob Example'),
    {
      dn: `cn=developers,ou=groups,${base}`,
      attributes: { objectClass: 'groupOfNames', cn: 'developers', member: `uid=ann,ou=people,${base}` },
    },
    {
      dn: `cn=staff,ou=groups,${base}`,
      attributes: { objectClass: 'groupOfNames', cn: 'staff', member: `cn=developers,ou=groups,${base}` },
    },
  ]
}
