/** Media types met in registries. Sources: OCI image-spec "media-types", Docker "Image Manifest V2", Helm "OCI support". */
export const MEDIA_TYPES = {
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  ociEmpty: 'application/vnd.oci.empty.v1+json',
  ociLayer: 'application/vnd.oci.image.layer.v1.tar',
  ociLayerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  ociLayerZstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerManifestList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerLayerGzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  dockerForeignLayerGzip: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
  dockerSchema1: 'application/vnd.docker.distribution.manifest.v1+json',
  dockerSchema1Signed: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
  buildkitCache: 'application/vnd.buildkit.cacheconfig.v0',
  helmConfig: 'application/vnd.cncf.helm.config.v1+json',
  helmChart: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
  helmProvenance: 'application/vnd.cncf.helm.chart.provenance.v1.prov',
} as const

/** What the client says it can read when asking for a manifest; schema 1 is left out on purpose. */
export const MANIFEST_ACCEPT: readonly string[] = [
  MEDIA_TYPES.ociManifest,
  MEDIA_TYPES.ociIndex,
  MEDIA_TYPES.dockerManifest,
  MEDIA_TYPES.dockerManifestList,
]

const IMAGE_CONFIGS: ReadonlySet<string> = new Set([MEDIA_TYPES.ociConfig, MEDIA_TYPES.dockerConfig])
const SCHEMA1: ReadonlySet<string> = new Set([MEDIA_TYPES.dockerSchema1, MEDIA_TYPES.dockerSchema1Signed])
const LAYER_PREFIXES = [
  'application/vnd.oci.image.layer.',
  'application/vnd.docker.image.rootfs.diff.tar',
  'application/vnd.docker.image.rootfs.foreign.diff.tar',
]

/** A Content-Type without its parameters, lower case; empty when there is none. */
export function baseMediaType(contentType: string | null | undefined): string {
  const value = contentType ?? ''
  const semicolon = value.indexOf(';')
  return (semicolon < 0 ? value : value.slice(0, semicolon)).trim().toLowerCase()
}

export const isImageManifestType = (mediaType: string): boolean =>
  mediaType === MEDIA_TYPES.ociManifest || mediaType === MEDIA_TYPES.dockerManifest
export const isIndexType = (mediaType: string): boolean =>
  mediaType === MEDIA_TYPES.ociIndex || mediaType === MEDIA_TYPES.dockerManifestList
/** Any manifest that parseManifest reads: an image manifest or an index. */
export const isManifestType = (mediaType: string): boolean =>
  isImageManifestType(mediaType) || isIndexType(mediaType)
export const isDockerType = (mediaType: string): boolean => mediaType.startsWith('application/vnd.docker.')
export const isSchema1Type = (mediaType: string): boolean => SCHEMA1.has(mediaType)
/** The config of a container image, as opposed to a chart's or another artifact's. */
export const isImageConfigType = (mediaType: string): boolean => IMAGE_CONFIGS.has(mediaType)
export const isHelmConfigType = (mediaType: string): boolean => mediaType === MEDIA_TYPES.helmConfig
export const isImageLayerType = (mediaType: string): boolean =>
  LAYER_PREFIXES.some((prefix) => mediaType.startsWith(prefix))
/** Layers that may live elsewhere (`urls`) and are not required to be in the registry. */
export const isForeignLayerType = (mediaType: string): boolean =>
  mediaType.includes('.rootfs.foreign.') || mediaType.includes('.layer.nondistributable.')
