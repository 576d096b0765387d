import type { Digest, RepositoryName, Tag } from '../reference.ts'
import type { Fault } from './faults.ts'

export interface StoredManifest {
  mediaType: string
  bytes: Uint8Array
}

export interface FakeRepository {
  manifests: Map<Digest, StoredManifest>
  tags: Map<Tag, Digest>
  blobs: Map<Digest, Uint8Array>
}

/** An open upload. Bytes that arrived before a connection broke stay, as in a real registry. */
export interface FakeUpload {
  repository: RepositoryName
  chunks: Uint8Array[]
  sizeBytes: number
}

/** A request as it came in, for tests that ask what was sent where. */
export interface SeenRequest {
  method: string
  /** Path with query, as on the wire. */
  url: string
  headers: Readonly<Record<string, string | string[] | undefined>>
}

export interface IssuedToken {
  access: { type: string; name: string; actions: string[] }[]
  expiresAtMs: number
}

/** Everything the fake knows; tests may read and change it between requests. */
export interface FakeState {
  repositories: Map<RepositoryName, FakeRepository>
  uploads: Map<string, FakeUpload>
  tokens: Map<string, IssuedToken>
  requests: SeenRequest[]
  /** Blobs that came as bytes and were right, one entry each time. */
  received: Digest[]
  faults: Fault[]
}

export function createState(): FakeState {
  return {
    repositories: new Map(),
    uploads: new Map(),
    tokens: new Map(),
    requests: [],
    received: [],
    faults: [],
  }
}

export function repositoryOf(state: FakeState, name: RepositoryName): FakeRepository {
  const known = state.repositories.get(name)
  if (known) return known
  const created: FakeRepository = { manifests: new Map(), tags: new Map(), blobs: new Map() }
  state.repositories.set(name, created)
  return created
}
