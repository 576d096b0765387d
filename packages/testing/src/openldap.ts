import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, type ServerProcess, startChild, withFreePort } from '@berth/servers'
import { createAuthority, type TestAuthority } from './certificates.ts'

/** An entry to begin with; `dn` needs no escaping beyond RFC 4514. */
export interface OpenldapEntry {
  dn: string
  attributes: Record<string, string | readonly string[]>
}

export interface Openldap {
  /** ldap:// on 127.0.0.1, with StartTLS. */
  url: string
  /** ldaps:// on 127.0.0.1. */
  secureUrl: string
  baseDn: string
  /** May read and write everything. */
  admin: { dn: string; password: string }
  /** Who signed its certificate, which is for 127.0.0.1 and localhost. */
  authority: TestAuthority
  pid: number
  stop(): Promise<void>
}

const BASE_DN = 'dc=example,dc=com'
const SLAPD = '/usr/sbin/slapd'
const schemas = ['core', 'cosine', 'nis', 'inetorgperson']

/**
 * Debian's slapd with files, ports and a configuration of its own: memberOf, refint and ppolicy overlays, anonymous people
 * see nothing, and at most 500 entries come without paging. `entries` are loaded past the overlays: groups that are to show
 * up in memberOf must be added over LDAP. A password policy holds for those whose `pwdPolicySubentry` names it.
 */
export async function startOpenldap(options: { entries: OpenldapEntry[] }): Promise<Openldap> {
  const directory = await mkdtemp(join(tmpdir(), 'berth-test-openldap-'))
  const removeFiles = () => rm(directory, { recursive: true, force: true })
  try {
    const authority = createAuthority()
    const admin = { dn: `cn=admin,${BASE_DN}`, password: 'openldap-admin-secret' }
    const { certificatePem, keyPem } = authority.issue(['127.0.0.1', 'localhost'])
    // Where AppArmor is on, Debian's profile lets the installed program read its own folders only; a copy has no profile.
    const program = join(directory, 'slapd')
    await Promise.all([
      copyFile(SLAPD, program),
      mkdir(join(directory, 'data')),
      writeFile(join(directory, 'ca.pem'), authority.certificatePem),
      writeFile(join(directory, 'cert.pem'), certificatePem),
      writeFile(join(directory, 'key.pem'), keyPem, { mode: 0o600 }),
      writeFile(join(directory, 'slapd.conf'), configuration(directory, admin)),
      writeFile(join(directory, 'entries.ldif'), ldif([root, ...options.entries])),
    ])
    await load(program, directory)
    return await withFreePort(async (port) => {
      const securePort = await freePort()
      const server = await startChild({
        name: 'OpenLDAP',
        command: program,
        args: [
          '-f',
          join(directory, 'slapd.conf'),
          '-h',
          `ldap://127.0.0.1:${port} ldaps://127.0.0.1:${securePort}`,
          // In the foreground, with the messages that matter.
          '-d',
          'none',
        ],
        ready: () => listens(securePort),
        readyTimeoutMs: 15_000,
        stopSignal: 'SIGTERM',
      })
      const stop = async () => {
        await server.stop(2_000)
        await removeFiles()
      }
      return {
        url: `ldap://127.0.0.1:${port}`,
        secureUrl: `ldaps://127.0.0.1:${securePort}`,
        baseDn: BASE_DN,
        admin,
        authority,
        pid: server.pid,
        stop,
      }
    })
  } catch (error) {
    await removeFiles()
    throw error
  }
}

const root: OpenldapEntry = {
  dn: BASE_DN,
  attributes: { objectClass: ['dcObject', 'organization'], dc: 'example', o: 'Example' },
}

const configuration = (directory: string, admin: { dn: string; password: string }) =>
  [
    ...schemas.map((name) => `include /etc/ldap/schema/${name}.schema`),
    'modulepath /usr/lib/ldap',
    'moduleload back_mdb',
    'moduleload memberof',
    'moduleload refint',
    'moduleload ppolicy',
    `pidfile ${directory}/slapd.pid`,
    `TLSCACertificateFile ${directory}/ca.pem`,
    `TLSCertificateFile ${directory}/cert.pem`,
    `TLSCertificateKeyFile ${directory}/key.pem`,
    'sizelimit size.soft=500 size.hard=500 size.prtotal=unlimited',
    'threads 4',
    'database mdb',
    `suffix "${BASE_DN}"`,
    `rootdn "${admin.dn}"`,
    `rootpw ${admin.password}`,
    `directory ${directory}/data`,
    'maxsize 67108864',
    // Nothing here must survive a crash.
    'dbnosync',
    'index objectClass,uid,mail,cn,member eq',
    'access to attrs=userPassword by anonymous auth by self write by * none',
    'access to * by users read by * none',
    'overlay memberof',
    'memberof-refint true',
    'overlay refint',
    'refint_attributes member',
    'overlay ppolicy',
    // Says that an account is locked to whoever asks with the control; without this it is a wrong password.
    'ppolicy_use_lockout',
    '',
  ].join('\n')

/** RFC 2849; values go as base64, so any of them will do. */
const ldif = (entries: OpenldapEntry[]) =>
  entries
    .map(({ dn, attributes }) => {
      const lines = Object.entries(attributes).flatMap(([name, values]) =>
        [values].flat().map((value) => `${name}:: ${Buffer.from(value).toString('base64')}`),
      )
      return [`dn:: ${Buffer.from(dn).toString('base64')}`, ...lines, ''].join('\n')
    })
    .join('\n')

async function load(program: string, directory: string): Promise<void> {
  const loading: ServerProcess = await startChild({
    name: 'slapadd',
    command: program,
    args: ['-Tadd', '-f', join(directory, 'slapd.conf'), '-l', join(directory, 'entries.ldif')],
    ready: async () => true,
    stopSignal: 'SIGTERM',
  })
  const { code } = await loading.exited
  if (code !== 0) throw new Error(`slapadd ended with ${code}`)
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    }).on('error', () => resolve(false))
  })
}
