export type { BlobSource } from './blob-source.ts'
export type { UploadOptions, UploadResult } from './blob-upload.ts'
export type { BlobContent, BlobInfo, ByteRange, GetBlobOptions } from './blobs.ts'
export { type Challenge, parseChallenges } from './challenge.ts'
export { createRegistryClient, type RegistryClient, type RegistryClientOptions } from './client.ts'
export { collect } from './collect.ts'
export { type ConnectionFault, type ConnectionFaultCode, connectionFault } from './connection-fault.ts'
export {
  createDigestCheck,
  type DigestCheck,
  digestOf,
  digestVerifierStream,
  verifyDigest,
} from './digest.ts'
export {
  DeniedError,
  errorFromAnswer,
  NotFoundError,
  ProtocolError,
  RateLimitedError,
  RegistryError,
  UnauthorizedError,
  UnavailableError,
} from './errors.ts'
export { type ImageReference, parseImageReference } from './image-reference.ts'
export {
  blobsOf,
  childrenOf,
  DEFAULT_MAX_MANIFEST_BYTES,
  type Descriptor,
  type ImageIndex,
  type ImageManifest,
  type Manifest,
  ManifestError,
  type Platform,
  parseManifest,
  requiredBlobsOf,
} from './manifest.ts'
export type { FetchedManifest, ManifestInfo, ManifestOptions, PutOptions, PutResult } from './manifests.ts'
export * from './media-types.ts'
export { createNodeFetch, keepingFetch, type NodeFetchOptions } from './node-fetch.ts'
export type { ListOptions, ListPosition, Page } from './pages.ts'
export {
  type Digest,
  type DigestAlgorithm,
  digestAlgorithm,
  type InvalidReferenceCode,
  InvalidReferenceError,
  isDigest,
  isRepositoryName,
  parseDigest,
  parseReference,
  parseRepositoryName,
  parseTag,
  type RepositoryName,
  referrersTag,
  type Tag,
} from './reference.ts'
export type { ReferrersOptions } from './referrers.ts'
export { createTlsFetch, trusting } from './tls-fetch.ts'
export { createTokenCache, type TokenCache } from './token-cache.ts'
export type { CredentialSource, Credentials } from './token-endpoint.ts'
export type { MountResult, UploadSession } from './upload-session.ts'
export { type VerifiedSource, verifiedSource } from './verified-source.ts'
