import { generateKeyPairSync, sign, verify, X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { createCertificate, fromPem, libtrustKeyId, toPem } from './certificate.ts'
import { joseSignature } from './der.ts'

const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
const times = { notBefore: new Date('2026-01-02T03:04:05Z'), notAfter: new Date('2051-01-02T03:04:05Z') }

test('a self-signed certificate is what OpenSSL reads it as', () => {
  const key = pair()
  const issuer = { ...key, commonName: 'first' }
  const certificate = new X509Certificate(
    toPem(createCertificate({ publicKey: key.publicKey, commonName: 'first', ...times, issuer })),
  )
  expect(certificate.subject).toBe('CN=first')
  expect(certificate.ca).toBe(true)
  expect(certificate.verify(key.publicKey)).toBe(true)
  expect(certificate.publicKey.equals(key.publicKey)).toBe(true)
  expect(new Date(certificate.validFrom)).toEqual(times.notBefore)
  expect(new Date(certificate.validTo)).toEqual(times.notAfter)
})

test('a certificate issued by another key chains to it and to nothing else', () => {
  const [older, newer, stranger] = [pair(), pair(), pair()]
  const issue = (publicKey = older.publicKey, commonName = 'older') =>
    new X509Certificate(
      createCertificate({ publicKey, commonName, ...times, issuer: { ...older, commonName: 'older' } }),
    )
  const chained = issue(newer.publicKey, 'newer')
  expect(chained.checkIssued(issue())).toBe(true)
  expect(chained.verify(older.publicKey)).toBe(true)
  expect(chained.verify(stranger.publicKey)).toBe(false)
})

test('PEM keeps every byte', () => {
  const key = pair()
  const der = createCertificate({
    publicKey: key.publicKey,
    commonName: 'x',
    ...times,
    issuer: { ...key, commonName: 'x' },
  })
  expect(fromPem(toPem(der)).equals(der)).toBe(true)
})

test('a key id has the form the registry looks keys up by', () => {
  expect(libtrustKeyId(pair().publicKey)).toMatch(/^([A-Z2-7]{4}:){11}[A-Z2-7]{4}$/)
})

test('every DER signature becomes the 64 bytes that JWS verifiers accept, short numbers included', () => {
  const { privateKey, publicKey } = pair()
  // About one signature in 128 has a number with a leading zero byte.
  for (let round = 0; round < 2_000; round++) {
    const data = Buffer.from(`text ${round}`)
    const signature = joseSignature(sign('sha256', data, privateKey))
    expect(verify('sha256', data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true)
  }
})
