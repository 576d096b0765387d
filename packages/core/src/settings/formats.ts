import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import * as v from 'valibot'
import { isStrongPassword } from '../passwords/index.ts'
import { DatabaseUrlError, mysqlTls } from './store.ts'

/** A URL with one of the schemes, given back as it was written: drivers parse their own URLs. */
export function url(...schemes: string[]) {
  const list = schemes.map((scheme) => `${scheme}://`).join(' or ')
  return v.pipe(
    v.string(),
    v.trim(),
    v.check((text) => {
      const parsed = URL.parse(text)
      return parsed !== null && parsed.hostname !== '' && schemes.includes(parsed.protocol.slice(0, -1))
    }, `is not a URL that starts with ${list}`),
  )
}

/** A database's URL. Options that would be dropped without a word are problems. */
export const databaseUrl = v.pipe(
  url('postgresql', 'postgres', 'mysql', 'mariadb'),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed || !/^(mysql|mariadb):/i.test(dataset.value) || !URL.canParse(dataset.value)) return
    try {
      mysqlTls(dataset.value)
    } catch (error) {
      if (!(error instanceof DatabaseUrlError)) throw error
      addIssue({ message: error.message })
    }
  }),
)

/** `http(s)://host[:port]` without a path: Berth answers at the root of its host. */
export const origin = v.pipe(
  url('http', 'https'),
  v.check((text) => {
    const parsed = URL.parse(text)
    return parsed === null || (parsed.pathname === '/' && parsed.search === '' && parsed.username === '')
  }, 'carries a path, a query or a password'),
  v.transform((text) => new URL(text).origin),
)

const isAddressOrRange = (entry: string): boolean => {
  const [address, bits, ...rest] = entry.split('/')
  const version = isIP(address ?? '')
  if (version === 0 || rest.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 6 ? 128 : 32))
}

/** Addresses and CIDR ranges with commas between them. */
export const addresses = v.pipe(
  v.string(),
  v.transform((text) =>
    text
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
  ),
  v.check(
    (entries) => entries.every(isAddressOrRange),
    'holds something that is no address and no CIDR range',
  ),
)

export const port = v.pipe(
  v.string(),
  v.trim(),
  v.regex(/^\d{1,5}$/, 'is not a whole number'),
  v.transform(Number),
  v.maxValue(65535, 'is above 65535'),
)

export const directory = v.pipe(
  v.string(),
  v.trim(),
  v.nonEmpty('is empty'),
  v.transform((path) => resolve(path)),
)

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** A PEM file of certificates, given back as its absolute path and its content. */
export const certificateFile = v.pipe(
  directory,
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const path = dataset.value
    try {
      const certificates = readFileSync(path, 'utf8').match(CERTIFICATE) ?? []
      if (certificates.length === 0) throw new Error('holds no certificate in PEM form')
      const pem = certificates.map((text) => new X509Certificate(text).toString()).join('')
      return { path, pem }
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      const problem = code?.startsWith('ERR_OSSL') ? 'holds something that is no certificate' : message
      addIssue({
        message: code?.startsWith('E') && !code.startsWith('ERR_') ? `cannot be read (${code})` : problem,
      })
      return NEVER
    }
  }),
)

export const text = (maxLength: number) =>
  v.pipe(v.string(), v.nonEmpty('is empty'), v.maxLength(maxLength, `is longer than ${maxLength} characters`))

export const password = v.pipe(v.string(), v.check(isStrongPassword, 'is too weak'))

export const secret = v.pipe(v.string(), v.trim(), v.minLength(32, 'is shorter than 32 characters'))

/** Lower-case letters, digits, dots and dashes: it becomes part of lock and job names. */
export const nodeName = v.pipe(
  v.string(),
  v.trim(),
  v.toLowerCase(),
  v.regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, 'is not a host name'),
)
