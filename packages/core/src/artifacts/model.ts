import type { Label } from '../labels/index.ts'

export interface Artifact {
  id: number
  projectId: number
  repositoryId: number
  /** Full name, project first. */
  repositoryName: string
  digest: string
  /** IMAGE, CHART, … */
  type: string
  mediaType: string
  manifestMediaType: string
  artifactType: string
  subjectDigest: string | null
  /** The manifest and everything it refers to. */
  sizeBytes: number
  annotations: Record<string, string>
  extraAttrs: Record<string, unknown>
  pullCount: number
  pushedAt: Date
  pulledAt: Date | null
  /** Lines of an index, in its order; in lists at most 100. */
  references: Reference[]
  /** Newest first; undefined when not asked for. */
  tags?: ArtifactTag[]
  /** Undefined when not asked for. */
  accessories?: Accessory[]
  /** In the order of their names; undefined when not asked for. */
  labels?: Label[]
}

/** One line of an index. */
export interface Reference {
  parentId: number
  childId: number
  childDigest: string
  os: string
  architecture: string
  variant: string
  osVersion: string
  annotations: Record<string, string>
}

export interface ArtifactTag {
  id: number
  repositoryId: number
  artifactId: number
  name: string
  pushedAt: Date
  pulledAt: Date | null
  /** Whether a rule keeps it where it is; undefined when not asked for. */
  immutable?: boolean
}

/** Something attached to an artifact: its manifest names the artifact as `subject`, or its tag does (`sha256-<hex>.sig`). */
export interface Accessory {
  artifactId: number
  subjectArtifactId: number | null
  subjectDigest: string
  repositoryName: string
  digest: string
  sizeBytes: number
  /**
   * Harbor's name of the kind: signature.cosign, signature.notation, sbom.harbor or subject.accessory; by tag also
   * attestation.cosign and sbom.cosign.
   */
  type: string
  artifactType: string
  createdAt: Date
}

/** What a list or a single answer shall carry besides the artifact itself. */
export interface ArtifactParts {
  /** Default true. */
  tags?: boolean
  accessories?: boolean
  labels?: boolean
  /** Say of each tag whether a rule makes it immutable. */
  immutable?: boolean
}
