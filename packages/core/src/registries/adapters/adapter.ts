import type { CredentialSource } from '@berth/registry-client'

/** Berth's own kind first; the others are Harbor's words. */
export const registryTypes = [
  'berth',
  'harbor',
  'docker-registry',
  'docker-hub',
  'github-ghcr',
  'quay',
  'gitlab',
  'google-gcr',
  'aws-ecr',
  'azure-acr',
  'jfrog-artifactory',
] as const
export type RegistryType = (typeof registryTypes)[number]

/** Where a registry is and who Berth is there; the secret in the clear. */
export interface Endpoint {
  /** Without a slash at the end. */
  url: string
  /** Empty without credentials. */
  accessKey: string
  accessSecret: string
}

export interface Tools {
  /** The only way out: vetted addresses, the registry's own authorities. */
  fetch: typeof globalThis.fetch
  nowMs: () => number
}

/** How the registry's v2 API is reached. */
export interface Connection {
  baseUrl: string
  credentials?: CredentialSource
  /** Which token endpoints beside the registry's own host get the credentials. */
  allowRealm?: (realm: URL) => boolean
  /** What a token for a deletion is asked for, where that is not `delete`. */
  deleteActions?: string
}

/** How a registry's repositories are found. */
export type Listing = 'api' | 'catalog' | 'namespace' | 'none'

/** What one kind of registry does in its own way, beside what the specification says. */
export interface Adapter {
  type: RegistryType
  connect(endpoint: Endpoint, tools: Tools): Connection | Promise<Connection>
  /** How many parts a repository's name has there. */
  nameParts: 'any' | 'two' | 'at-least-two'
  /** How its repositories are found: by an API of its own, by `/v2/_catalog`, one namespace at a time, or only by name. */
  listing: Listing
  /** The same of one address, where it depends on that. */
  listingAt?(url: string): Listing
  /** Whether it answers who does not sign in, at least for some repositories. */
  anonymous: boolean
  /** Whether a manifest, and a tag alone, can be deleted by the v2 API. */
  deletes: { manifests: boolean; tags: boolean }
  /** Whether a blob can be sent in parts, so that an upload can be taken up again. */
  chunks: boolean
  /** Whether it knows labels. */
  labels: boolean
  /** Where it is, when that is known. */
  endpoints?: { fixed: boolean; list: readonly { key: string; value: string }[] }
  /** The name to sign in with, when it is always the same; `file`: the secret is the content of one. */
  credential?: { accessKey?: string; secret: 'text' | 'file' }
  /** Full names, in pages, where `listing` is `namespace`. @throws RegistryError, the signal's reason */
  repositoriesIn?(
    endpoint: Endpoint,
    tools: Tools,
    namespace: string,
    signal: AbortSignal,
  ): AsyncGenerator<string[]>
  /** Makes a repository where pushing to it does not. */
  prepare?(endpoint: Endpoint, tools: Tools, repository: string, signal: AbortSignal): Promise<void>
}

/** Name and password, or none. */
export const basicCredentials = ({ accessKey, accessSecret }: Endpoint) =>
  accessKey === '' && accessSecret === ''
    ? {}
    : { credentials: { username: accessKey, password: accessSecret } }

/** Below these anybody can have a host: the ends of countries with two parts, and of services that give out names. */
const shared =
  /^((co|com|net|org|gov|edu|ac|ne|or|go)\.[a-z]{2}|jfrog\.io|(azurewebsites|azureedge|azurefd|cloudfront|herokuapp)\.net|herokuapp\.com|(azurecr|github|gitlab|ngrok|quay)\.io|(run|web|vercel|netlify|fly|ngrok|firebaseapp)\.app|(pages|workers|fly|web)\.dev|ngrok-free\.app|onrender\.com|appspot\.com|amazonaws\.com|[a-z0-9-]+\.amazonaws\.com|[a-z0-9-]+\.cloudapp\.azure\.com)$/

/**
 * Whether a token endpoint belongs to the registry: the same host at another port, a host in its domain, or for
 * `registry.example.com` one in `example.com`. Over https, unless the registry itself is not.
 */
export function belongsTo(registryUrl: string): (realm: URL) => boolean {
  const registry = new URL(registryUrl)
  const host = registry.hostname
  const labels = host.split('.')
  // The domain of an address, or of a host right below a top domain, is no domain of one's own.
  const isAddress = /^[[\d.:]+[\]\d]$/.test(host)
  const parent = !isAddress && labels.length > 2 ? labels.slice(1).join('.') : undefined
  const domain = parent !== undefined && !shared.test(parent) ? parent : undefined
  return (realm) => {
    if (realm.protocol !== 'https:' && registry.protocol === 'https:') return false
    if (realm.hostname === host) return true
    if (isAddress) return false
    if (realm.hostname.endsWith(`.${host}`)) return true
    return domain !== undefined && (realm.hostname === domain || realm.hostname.endsWith(`.${domain}`))
  }
}
