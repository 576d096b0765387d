import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DatabaseUrlError, mysqlTls } from './mysql-url.ts'

let folder: string
let file: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-mysql-url-'))
  file = join(folder, 'file.pem')
  await writeFile(file, 'PEM')
})
afterAll(() => rm(folder, { recursive: true }))

const at = (query: string, host = 'db.test') =>
  mysqlTls(`mysql://u:p@${host}/berth${query.replaceAll('FILE', file)}`)
const named = { host: 'db.test', servername: 'db.test' }

it.each(['', '?', '?ssl-mode=DISABLED', '?sslmode=disable'])('speaks plain text with %j', (query) => {
  expect(at(query)).toBeUndefined()
})

it.each([
  ['?ssl-mode=REQUIRED', { rejectUnauthorized: false, ...named }],
  ['?sslmode=require', { rejectUnauthorized: false, ...named }],
  ['?ssl-mode=VERIFY_IDENTITY', { rejectUnauthorized: true, ...named }],
  ['?sslmode=verify-full', { rejectUnauthorized: true, ...named }],
  ['?ssl_ca=FILE', { rejectUnauthorized: true, ...named, ca: 'PEM' }],
  [
    '?ssl-mode=VERIFY_CA&ssl-ca=FILE',
    { rejectUnauthorized: true, ...named, ca: 'PEM', checkServerIdentity: expect.any(Function) },
  ],
  ['?ssl-cert=FILE&ssl-key=FILE', { rejectUnauthorized: true, ...named, cert: 'PEM', key: 'PEM' }],
])('reads %s', (query, tls) => {
  expect(at(query)).toEqual(tls)
})

it('sends no address as the name of a server', () => {
  expect(at('?ssl-mode=VERIFY_IDENTITY', '127.0.0.1')).toEqual({
    rejectUnauthorized: true,
    host: '127.0.0.1',
  })
  expect(at('?ssl-mode=VERIFY_IDENTITY', '[::1]')).toEqual({ rejectUnauthorized: true, host: '::1' })
})

it.each([
  ['?ssl=true', 'ssl, but takes only'],
  ['?charset=utf8mb4', 'charset, but takes only'],
  ['?sslaccept=strict', 'sslaccept, but takes only'],
  ['?ssl-mode=PREFERRED', 'PREFERRED'],
  ['?ssl-mode=constructor', 'none of'],
  ['?ssl-mode=REQUIRED&sslmode=disable', 'twice'],
  ['?ssl-mode=DISABLED&ssl-ca=FILE', 'turns TLS off'],
  ['?ssl-mode=REQUIRED&ssl-ca=FILE', 'VERIFY_CA'],
  ['?ssl-cert=FILE', 'without the other'],
  ['?ssl-ca=FILE.none', 'ENOENT'],
])('refuses %s and says why', (query, words) => {
  expect(() => at(query)).toThrow(DatabaseUrlError)
  expect(() => at(query)).toThrow(words)
})
