import { LdapError } from './errors.ts'

/** An entry of the directory. Names of attributes do not depend on case; read them with `text`, `texts` and `bytes`. */
export interface Entry {
  dn: string
  /** By the name in lower case. */
  attributes: ReadonlyMap<string, readonly (string | Buffer)[]>
}

/** Attributes that are bytes by their syntax, even where they happen to be readable. */
export const binaryAttributes = [
  'objectGUID',
  'objectSid',
  'GUID',
  'jpegPhoto',
  'thumbnailPhoto',
  'userCertificate',
]

/** Turns what ldapts gives into an entry; a hostile directory may have named an attribute `dn` or `__proto__`. */
export function toEntry(raw: Record<string, unknown>): Entry {
  if (typeof raw.dn !== 'string')
    throw new LdapError('PROTOCOL', 'The directory sent an entry without a name')
  const attributes = new Map<string, readonly (string | Buffer)[]>()
  for (const [name, value] of Object.entries(raw)) {
    if (name === 'dn') continue
    const values = (Array.isArray(value) ? value : [value]).filter(isValue)
    if (values.length > 0) attributes.set(name.toLowerCase(), values)
  }
  return { dn: raw.dn, attributes }
}

const isValue = (value: unknown): value is string | Buffer =>
  typeof value === 'string' || Buffer.isBuffer(value)

/** All values of an attribute that are text. */
export const texts = (entry: Entry, name: string): string[] =>
  (entry.attributes.get(name.toLowerCase()) ?? []).map((value) => value.toString('utf8'))

/** The first value of an attribute that is not empty. */
export const text = (entry: Entry, name: string): string | undefined =>
  texts(entry, name).find((value) => value !== '')

export function bytes(entry: Entry, name: string): Buffer | undefined {
  const value = entry.attributes.get(name.toLowerCase())?.[0]
  return typeof value === 'string' ? Buffer.from(value) : value
}

/**
 * A name for the entry that outlives renaming and moving: Active Directory's objectGUID, OpenLDAP's entryUUID,
 * 389 Directory's nsUniqueId, FreeIPA's ipaUniqueID. Undefined where the directory gives none.
 */
export const uniqueId = (entry: Entry): string | undefined => identityOf(entry)?.id

/** The same, with the attribute that holds it. */
export function identityOf(entry: Entry): { attribute: IdAttribute; id: string } | undefined {
  const guid = bytes(entry, 'objectGUID')
  if (guid?.length === 16) return { attribute: 'objectGUID', id: guidText(guid) }
  for (const attribute of ['entryUUID', 'nsUniqueId', 'ipaUniqueID'] as const) {
    const id = text(entry, attribute)
    if (id) return { attribute, id: id.toLowerCase() }
  }
  return undefined
}

export const idAttributes = ['objectGUID', 'entryUUID', 'nsUniqueId', 'ipaUniqueID'] as const
export type IdAttribute = (typeof idAttributes)[number]

/** Microsoft's order of bytes: the first three groups are little-endian ([MS-DTYP] section 2.3.4). */
export function guidText(guid: Buffer): string {
  const head = Buffer.from(guid)
  head.subarray(0, 4).reverse()
  head.subarray(4, 6).reverse()
  head.subarray(6, 8).reverse()
  return head.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** What `guidText` was made of. */
export function guidBytes(text: string): Buffer {
  const guid = Buffer.from(text.replaceAll('-', ''), 'hex')
  guid.subarray(0, 4).reverse()
  guid.subarray(4, 6).reverse()
  guid.subarray(6, 8).reverse()
  return guid
}
