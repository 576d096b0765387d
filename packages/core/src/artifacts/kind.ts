import { blobsOf, type ImageIndex, isIndexType, type Manifest, MEDIA_TYPES } from '@berth/registry-client'
import { plainText } from '../plain-text/index.ts'

/** What an artifact is, as lists and filters name it. */
export interface ArtifactKind {
  /** IMAGE, CHART, … or UNKNOWN. */
  type: string
  /** Of the config; of an index, its own. */
  mediaType: string
  /** As the manifest declares it, else the config's media type. */
  artifactType: string
}

// Kinds whose name does not stand in their media type.
const named = new Map<string, string>([
  [MEDIA_TYPES.ociConfig, 'IMAGE'],
  [MEDIA_TYPES.dockerConfig, 'IMAGE'],
  [MEDIA_TYPES.helmConfig, 'CHART'],
  ['application/vnd.cnab.manifest.v1', 'CNAB'],
  ['application/vnd.wasm.config.v1+json', 'WASM'],
  ['application/vnd.wasm.config.v0+json', 'WASM'],
  ['application/vnd.goharbor.harbor.sbom.v1', 'SBOM'],
  [MEDIA_TYPES.buildkitCache, 'CACHE'],
  ['application/vnd.cnai.model.config.v1+json', 'CNAI'],
  ['application/spdx+json', 'SBOM'],
  ['text/spdx', 'SBOM'],
  ['application/vnd.cyclonedx+json', 'SBOM'],
  ['application/vnd.cyclonedx+xml', 'SBOM'],
])
const DECLARED_TYPE = 'org.opencontainers.artifactType'
// application/vnd.<organisation>.<kind>.config.<version>+json, the form that OCI artifacts agreed on.
const CONFIG_TYPE = /^application\/vnd\.[^.]*\.(.*)\.config\.[^.]*\+json$/

/** Reads the kind off the media types, the way Harbor 2.16 does, which knows no build caches. */
export function kindOf(manifest: Manifest): ArtifactKind {
  if (manifest.kind === 'index') {
    // CNAB bundles are indexes that say so in an annotation only.
    const declared = manifest.annotations[DECLARED_TYPE] ?? cacheType(manifest)
    const artifactType = manifest.artifactType ?? declared ?? manifest.mediaType
    return {
      type: typeOf(declared ?? '') ?? typeOf(artifactType) ?? 'IMAGE',
      mediaType: plainText((declared ?? manifest.mediaType).slice(0, 255)),
      artifactType: plainText(artifactType.slice(0, 255)),
    }
  }
  const mediaType = manifest.config.mediaType
  const artifactType = manifest.artifactType ?? mediaType
  // With the empty config, or one whose type says nothing, the artifact type is what tells.
  const type = isWasm(manifest) ? 'WASM' : (typeOf(mediaType) ?? typeOf(artifactType) ?? 'UNKNOWN')
  return { type, mediaType, artifactType: plainText(artifactType.slice(0, 255)) }
}

/** Of an index that is no list of manifests but a build cache: that of the config among its blobs. */
const cacheType = (index: ImageIndex): string | undefined =>
  blobsOf(index).find(({ mediaType }) => mediaType === MEDIA_TYPES.buildkitCache)?.mediaType

function typeOf(mediaType: string): string | undefined {
  if (isIndexType(mediaType)) return 'IMAGE'
  return (
    named.get(mediaType) ??
    CONFIG_TYPE.exec(plainText(mediaType))?.[1]?.toUpperCase().slice(0, 64).toWellFormed()
  )
}

// Images that carry a WebAssembly module say so in an annotation only.
const isWasm = ({ annotations }: Manifest): boolean =>
  annotations['module.wasm.image/variant'] === 'compat' || annotations['run.oci.handler'] === 'wasm'
