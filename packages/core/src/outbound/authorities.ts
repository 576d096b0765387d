import { X509Certificate } from 'node:crypto'

const MAX_LENGTH = 65_536
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** The certificates in a text, each in its one form; null for an empty text, undefined when it holds none or a broken one. */
export function parseAuthorities(text: string | null | undefined): string | null | undefined {
  if (text == null || text.trim() === '') return null
  const found = text.length > MAX_LENGTH ? [] : (text.match(CERTIFICATE) ?? [])
  try {
    return found.length > 0 ? found.map((pem) => new X509Certificate(pem).toString()).join('') : undefined
  } catch {
    return undefined
  }
}
