import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIPv4 } from 'node:net'
import { der, toPem } from '@berth/core/tokens'

const { bits, implicit, integer, objectId, octets, sequence, set, tagged, text, time, yes } = der
const HOUR_MS = 3_600_000

export interface IssuedCertificate {
  certificatePem: string
  keyPem: string
}

/** For tests: a certificate authority that nobody else knows. */
export interface TestAuthority {
  certificatePem: string
  /** `names`: host names and IPv4 addresses; valid from an hour ago for `validForMs`, one hour when not given. */
  issue(names: readonly string[], validForMs?: number): IssuedCertificate
}

export function createAuthority(commonName = 'An authority for tests'): TestAuthority {
  const keys = newKeys()
  const issuer = { commonName, privateKey: keys.privateKey }
  const from = new Date(Date.now() - 2 * HOUR_MS)
  const until = new Date(Date.now() + HOUR_MS)
  // basicConstraints CA; keyCertSign and cRLSign
  const extensions = [
    extension('2.5.29.19', sequence(yes), true),
    extension('2.5.29.15', bits(Buffer.of(0x06), 1), true),
  ]
  const own = certificate({ subject: commonName, publicKey: keys.publicKey, from, until, extensions, issuer })
  return {
    certificatePem: own,
    issue(names, validForMs = 2 * HOUR_MS) {
      const leaf = newKeys()
      const began = new Date(Date.now() - HOUR_MS)
      // subjectAltName: dNSName is [2], iPAddress is [7]; serverAuth, which Go insists on
      const alternatives = names.map((name) =>
        isIPv4(name)
          ? implicit(7, Buffer.from(name.split('.').map(Number)))
          : implicit(2, Buffer.from(name, 'latin1')),
      )
      const certificatePem = certificate({
        subject: names[0] ?? 'nobody',
        publicKey: leaf.publicKey,
        from: began,
        until: new Date(began.getTime() + validForMs),
        extensions: [
          extension('2.5.29.17', sequence(...alternatives)),
          extension('2.5.29.37', sequence(objectId('1.3.6.1.5.5.7.3.1'))),
        ],
        issuer,
      })
      return { certificatePem, keyPem: leaf.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string }
    },
  }
}

const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
const ecdsaWithSha256 = sequence(objectId('1.2.840.10045.4.3.2'))
const named = (commonName: string) => sequence(set(sequence(objectId('2.5.4.3'), text(commonName))))
const extension = (id: string, value: Buffer, critical = false) =>
  sequence(objectId(id), ...(critical ? [yes] : []), octets(value))

function certificate(options: {
  subject: string
  publicKey: KeyObject
  from: Date
  until: Date
  extensions: Buffer[]
  issuer: { commonName: string; privateKey: KeyObject }
}): string {
  const { subject, publicKey, from, until, extensions, issuer } = options
  const body = sequence(
    tagged(0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(0x40), randomBytes(15)])),
    ecdsaWithSha256,
    named(issuer.commonName),
    sequence(time(from), time(until)),
    named(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, sequence(...extensions)),
  )
  return toPem(sequence(body, ecdsaWithSha256, bits(sign('sha256', body, issuer.privateKey))))
}
