import type { ArtifactTag } from '../artifacts/index.ts'

export type Tag = ArtifactTag
