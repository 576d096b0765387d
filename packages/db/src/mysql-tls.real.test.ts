import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuthority, startMariadb, type TestServer } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDb } from './index.ts'
import { migrate } from './migrate/index.ts'

/** A MariaDB that takes nothing but TLS, with a certificate for `localhost`. */
let server: TestServer
let folder: string
const path = (name: string) => join(folder, name)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-mysql-tls-'))
  const authority = createAuthority()
  const { certificatePem, keyPem } = authority.issue(['localhost'])
  await Promise.all([
    mkdir(path('no-migrations')),
    writeFile(path('ca.pem'), authority.certificatePem),
    writeFile(path('other-ca.pem'), createAuthority('Another authority').certificatePem),
    writeFile(path('cert.pem'), certificatePem),
    writeFile(path('key.pem'), keyPem),
  ])
  server = await startMariadb([
    '--require-secure-transport=ON',
    `--ssl-cert=${path('cert.pem')}`,
    `--ssl-key=${path('key.pem')}`,
  ])
})
afterAll(async () => {
  await server?.stop()
  await rm(folder, { recursive: true, force: true })
})

/** What each of the two pools and the migrations' connection say of this URL. */
async function attempts(host: string, options: Record<string, string>): Promise<string[]> {
  const url = new URL(server.url)
  url.hostname = host
  for (const [name, value] of Object.entries(options)) url.searchParams.set(name, value)
  const db = openDb({ url: url.href, poolSize: 1 })
  const sql = "SHOW STATUS LIKE 'Ssl_cipher'"
  const told = (rows: unknown) => (/TLS_/.test(JSON.stringify(rows)) ? 'TLS' : 'plain text')
  const all = await Promise.allSettled([
    db.query(sql).then(told),
    db.prisma.$queryRawUnsafe(sql).then(told),
    migrate(url.href, path('no-migrations')).then(() => 'TLS'),
  ])
  await db.close()
  return all.map((result) => (result.status === 'fulfilled' ? result.value : 'refused'))
}
const ca = () => ({ 'ssl-ca': path('ca.pem') })
const otherCa = () => ({ 'ssl-ca': path('other-ca.pem') })

it.each([
  ['with ssl-mode=REQUIRED', 'localhost', () => ({ 'ssl-mode': 'REQUIRED' })],
  ['with the right authority', 'localhost', () => ({ 'ssl-mode': 'VERIFY_CA', ...ca() })],
  ['with the right authority and name', 'localhost', () => ({ 'ssl-mode': 'VERIFY_IDENTITY', ...ca() })],
  ['with the right authority and nothing else', 'localhost', ca],
  [
    'by another name, which VERIFY_CA does not look at',
    '127.0.0.1',
    () => ({ 'ssl-mode': 'VERIFY_CA', ...ca() }),
  ],
])('reaches the server over TLS %s', async (_, host, options) => {
  expect(await attempts(host, options())).toEqual(['TLS', 'TLS', 'TLS'])
})

it('reaches nobody without TLS, nor where authority or name are not the right ones', async () => {
  // All at once: each pool tries again for seconds before it gives up.
  const outcomes = await Promise.all([
    attempts('localhost', {}),
    attempts('localhost', { 'ssl-mode': 'VERIFY_CA', ...otherCa() }),
    attempts('localhost', otherCa()),
    attempts('localhost', { 'ssl-mode': 'VERIFY_IDENTITY' }),
    attempts('127.0.0.1', ca()),
  ])
  expect([...new Set(outcomes.flat())]).toEqual(['refused'])
})
