import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startChild } from '@berth/servers'
import { createAuthority, type TestAuthority } from './certificates.ts'

/** An entry to begin with. */
export interface SambaEntry {
  dn: string
  attributes: Record<string, string | readonly string[]>
  /** Of a person. */
  password?: string
}

export interface SambaChange {
  dn: string
  /** Puts these values in the place of all others, or takes them away. */
  kind: 'replace' | 'remove'
  /** `clearTextPassword` sets the password. */
  attribute: string
  values: string[]
}

export interface Samba {
  /** ldap:// on a loopback address of its own, with StartTLS. */
  url: string
  /** ldaps:// on the same. */
  secureUrl: string
  baseDn: string
  /** Where the entries for people and groups go by custom. */
  usersDn: string
  /** What stands behind the @ of principal names. */
  realm: string
  /** May read and write everything. */
  admin: { dn: string; password: string }
  /** Who signed its certificate, which is for its address. */
  authority: TestAuthority
  pid: number
  /** Done when the domain controller answers accordingly. */
  change(...changes: SambaChange[]): Promise<void>
  stop(): Promise<void>
}

const REALM = 'corp.example.com'
const BASE_DN = 'DC=corp,DC=example,DC=com'
const USERS_DN = `CN=Users,${BASE_DN}`
const ADMIN_PASSWORD = 'Passw0rd!23'
/** Samba's Python modules belong to Debian's own interpreter. */
const PYTHON = '/usr/bin/python3'

/**
 * A domain controller of Samba's with files of its own, provisioned anew; about ten seconds of processor time. It knows no
 * ports but 389, 636 and 3268, so each has a loopback address of its own instead. Both, and its files, take root.
 *
 * `entries` are loaded in their order, past the rules for passwords over the network. Three wrong passwords lock an account.
 */
export async function startSamba(options: { entries: SambaEntry[] }): Promise<Samba> {
  if (process.getuid?.() !== 0)
    throw new Error(
      'A domain controller listens on port 389 and owns its files as root: run this test as root',
    )
  const directory = await mkdtemp(join(tmpdir(), 'berth-test-samba-'))
  const removeFiles = () => rm(directory, { recursive: true, force: true })
  try {
    const address = loopbackAddress()
    const authority = createAuthority()
    await provision(directory, address)
    const file = join(directory, 'etc', 'smb.conf')
    const { certificatePem, keyPem } = authority.issue([address])
    await Promise.all([
      writeFile(join(directory, 'ca.pem'), authority.certificatePem),
      writeFile(join(directory, 'cert.pem'), certificatePem),
      writeFile(join(directory, 'key.pem'), keyPem, { mode: 0o600 }),
      readFile(file, 'utf8').then((text) =>
        writeFile(file, text.replace('[global]', ['[global]', ...settings(directory, address)].join('\n  '))),
      ),
    ])
    await write(directory, {
      entries: options.entries,
      changes: [{ dn: BASE_DN, kind: 'replace', attribute: 'lockoutThreshold', values: ['3'] }],
    })
    const server = await startChild({
      name: 'Samba',
      command: 'samba',
      args: ['-F', '-M', 'single', '--no-process-group', '-s', file],
      ready: () => listens(address, 636),
      readyTimeoutMs: 30_000,
      stopSignal: 'SIGTERM',
    })
    return {
      url: `ldap://${address}`,
      secureUrl: `ldaps://${address}`,
      baseDn: BASE_DN,
      usersDn: USERS_DN,
      realm: REALM,
      admin: { dn: `CN=Administrator,${USERS_DN}`, password: ADMIN_PASSWORD },
      authority,
      pid: server.pid,
      change: (...changes) => write(directory, { changes }),
      async stop() {
        await server.stop(2_000)
        await removeFiles()
      },
    }
  } catch (error) {
    await removeFiles()
    throw error
  }
}

/** All of 127.0.0.0/8 is this machine's; the beginning of it is where others listen. */
function loopbackAddress(): string {
  const byte = (least: number) => least + Math.floor(Math.random() * (250 - least))
  return `127.${byte(64)}.${byte(1)}.${byte(1)}`
}

const provision = (directory: string, address: string) =>
  run('samba-tool', [
    'domain',
    'provision',
    `--realm=${REALM.toUpperCase()}`,
    '--domain=CORP',
    '--server-role=dc',
    '--dns-backend=NONE',
    `--adminpass=${ADMIN_PASSWORD}`,
    `--targetdir=${directory}`,
    `--option=interfaces=${address}/8`,
    '--option=bind interfaces only=yes',
    '--host-name=dc1',
    `--host-ip=${address}`,
    '--quiet',
  ])

const settings = (directory: string, address: string) => [
  'server services = ldap',
  `interfaces = ${address}/8`,
  'bind interfaces only = yes',
  // Simple binds without TLS, so that tests can tell the two apart.
  'ldap server require strong auth = no',
  `tls cafile = ${directory}/ca.pem`,
  `tls certfile = ${directory}/cert.pem`,
  `tls keyfile = ${directory}/key.pem`,
  `pid directory = ${directory}`,
  `ncalrpc dir = ${directory}/ncalrpc`,
  `log file = ${directory}/log`,
]

/** One transaction of Samba's own database, because adding a crowd one by one takes minutes. */
const SCRIPT = `
import json, sys
from ldb import Dn, FLAG_MOD_DELETE, FLAG_MOD_REPLACE, Message, MessageElement
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB
work = json.load(sys.stdin)
lp = LoadParm()
lp.load(work["file"])
db = SamDB(url=work["database"], session_info=system_session(), lp=lp)
db.transaction_start()
for entry in work["entries"]:
    password = entry.pop("password", None)
    if password is not None:
        entry["clearTextPassword"] = password.encode("utf-16-le")
    db.add(entry)
for change in work["changes"]:
    if change["attribute"] == "clearTextPassword":
        change["values"] = [value.encode("utf-16-le") for value in change["values"]]
    kind = FLAG_MOD_REPLACE if change["kind"] == "replace" else FLAG_MOD_DELETE
    message = Message(Dn(db, change["dn"]))
    message["change"] = MessageElement(change["values"], kind, change["attribute"])
    db.modify(message)
db.transaction_commit()
`

const write = (
  directory: string,
  { entries = [], changes = [] }: { entries?: SambaEntry[]; changes?: SambaChange[] },
) =>
  run(
    PYTHON,
    ['-c', SCRIPT],
    JSON.stringify({
      file: join(directory, 'etc', 'smb.conf'),
      database: join(directory, 'private', 'sam.ldb'),
      entries: entries.map(({ attributes, ...entry }) => ({ ...entry, ...attributes })),
      changes,
    }),
  )

async function run(command: string, args: string[], input = ''): Promise<void> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  const said: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => said.push(data))
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0)
    throw new Error(`${command} ended with ${code}:\n${Buffer.concat(said).toString().slice(-4_000)}`)
}

function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => {
      socket.destroy()
      resolve(true)
    }).on('error', () => resolve(false))
  })
}
