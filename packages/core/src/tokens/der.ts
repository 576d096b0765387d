/** Writing ASN.1 DER (X.690), as far as certificates and ECDSA signatures need it. */

function length(size: number): Buffer {
  if (size < 0x80) return Buffer.of(size)
  const bytes: number[] = []
  for (let rest = size; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff)
  return Buffer.of(0x80 | bytes.length, ...bytes)
}

const tlv = (tag: number, ...content: Uint8Array[]): Buffer => {
  const body = Buffer.concat(content)
  return Buffer.concat([Buffer.of(tag), length(body.length), body])
}

export const sequence = (...items: Uint8Array[]) => tlv(0x30, ...items)
export const set = (...items: Uint8Array[]) => tlv(0x31, ...items)
export const octets = (...items: Uint8Array[]) => tlv(0x04, ...items)
export const text = (value: string) => tlv(0x0c, Buffer.from(value, 'utf8'))
export const yes = tlv(0x01, Buffer.of(0xff))
/** Context-specific, constructed: `[number] EXPLICIT`. */
export const tagged = (number: number, ...items: Uint8Array[]) => tlv(0xa0 | number, ...items)
/** Context-specific, primitive: `[number] IMPLICIT`. */
export const implicit = (number: number, value: Uint8Array) => tlv(0x80 | number, value)

/** A positive INTEGER from its big-endian bytes. */
export function integer(bytes: Uint8Array): Buffer {
  let start = 0
  while (start < bytes.length - 1 && bytes[start] === 0) start++
  const trimmed = bytes.subarray(start)
  return tlv(0x02, ...(trimmed[0]! & 0x80 ? [Buffer.of(0), trimmed] : [trimmed]))
}

export const bits = (bytes: Uint8Array, unusedBits = 0) => tlv(0x03, Buffer.of(unusedBits), bytes)

/** `2.5.4.3` and the like; the first two arcs share one byte. */
export function objectId(dotted: string): Buffer {
  const arcs = dotted.split('.').map(Number)
  const bytes = [arcs[0]! * 40 + arcs[1]!]
  for (const arc of arcs.slice(2)) {
    const groups = [arc & 0x7f]
    for (let rest = arc >>> 7; rest > 0; rest >>>= 7) groups.unshift((rest & 0x7f) | 0x80)
    bytes.push(...groups)
  }
  return tlv(0x06, Buffer.from(bytes))
}

/** RFC 5280 section 4.1.2.5: UTCTime up to 2049, GeneralizedTime from then on; whole seconds. */
export function time(at: Date): Buffer {
  const digits = `${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`
  return at.getUTCFullYear() < 2050
    ? tlv(0x17, Buffer.from(digits.slice(2), 'latin1'))
    : tlv(0x18, Buffer.from(digits, 'latin1'))
}

/** An ECDSA P-256 signature from DER to the 64 bytes r||s that JWS wants (RFC 7518 section 3.4). */
export function joseSignature(der: Uint8Array): Buffer {
  const out = Buffer.alloc(64)
  const rLength = der[3]!
  copyRight(der.subarray(4, 4 + rLength), out.subarray(0, 32))
  const sLength = der[5 + rLength]!
  copyRight(der.subarray(6 + rLength, 6 + rLength + sLength), out.subarray(32))
  return out
}

function copyRight(source: Uint8Array, target: Uint8Array): void {
  const value = source.length > target.length ? source.subarray(source.length - target.length) : source
  target.set(value, target.length - value.length)
}
