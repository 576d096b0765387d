import { createHash, type KeyObject, randomBytes, sign } from 'node:crypto'
import { bits, implicit, integer, objectId, octets, sequence, set, tagged, text, time, yes } from './der.ts'

const ecdsaWithSha256 = sequence(objectId('1.2.840.10045.4.3.2'))

const name = (commonName: string) => sequence(set(sequence(objectId('2.5.4.3'), text(commonName))))

const spkiOf = (publicKey: KeyObject): Buffer => publicKey.export({ type: 'spki', format: 'der' }) as Buffer

/** RFC 5280 section 4.2.1.2 leaves the method open; both ends of a chain only compare it. */
const keyId = (publicKey: KeyObject): Buffer =>
  createHash('sha256').update(spkiOf(publicKey)).digest().subarray(0, 20)

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The key id that distribution 2.8 looks a token's key up by: libtrust's fingerprint of the public key. */
export function libtrustKeyId(publicKey: KeyObject): string {
  const hash = createHash('sha256').update(spkiOf(publicKey)).digest().subarray(0, 30)
  let encoded = ''
  // 30 bytes are exactly 48 letters of 5 bits: no padding.
  for (let bit = 0; bit < 240; bit += 5) {
    const pair = (hash[bit >> 3]! << 8) | (hash[(bit >> 3) + 1] ?? 0)
    encoded += BASE32[(pair >> (11 - (bit & 7))) & 31]
  }
  return encoded.match(/.{4}/g)!.join(':')
}

export interface CertificateRequest {
  publicKey: KeyObject
  commonName: string
  notBefore: Date
  notAfter: Date
  /** Who vouches for the key; for a self-signed certificate, the key itself. */
  issuer: { privateKey: KeyObject; publicKey: KeyObject; commonName: string }
}

/**
 * An X.509 v3 certificate for a P-256 key, in DER. It may issue others (CA), so that a registry that trusts one key of
 * Berth goes on trusting the next without a restart.
 */
export function createCertificate({
  publicKey,
  commonName,
  notBefore,
  notAfter,
  issuer,
}: CertificateRequest): Buffer {
  const serial = randomBytes(16)
  serial[0] = (serial[0]! & 0x3f) | 0x40
  const extension = (id: string, critical: boolean, value: Buffer) =>
    sequence(objectId(id), ...(critical ? [yes] : []), octets(value))
  const body = sequence(
    tagged(0, integer(Buffer.of(2))),
    integer(serial),
    ecdsaWithSha256,
    name(issuer.commonName),
    sequence(time(notBefore), time(notAfter)),
    name(commonName),
    spkiOf(publicKey),
    tagged(
      3,
      sequence(
        extension('2.5.29.19', true, sequence(yes)),
        // digitalSignature and keyCertSign
        extension('2.5.29.15', true, bits(Buffer.of(0x84), 2)),
        extension('2.5.29.14', false, octets(keyId(publicKey))),
        extension('2.5.29.35', false, sequence(implicit(0, keyId(issuer.publicKey)))),
      ),
    ),
  )
  return sequence(body, ecdsaWithSha256, bits(sign('sha256', body, issuer.privateKey)))
}

export const toPem = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der)
    .toString('base64')
    .replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`

export const fromPem = (pem: string): Buffer => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64')
