import { isImageConfigType, type Manifest } from '@berth/registry-client'

const types = new Map([
  ['application/vnd.cncf.notary.signature', 'signature.notation'],
  ['application/vnd.dev.cosign.artifact.sig.v1+json', 'signature.cosign'],
  ['application/vnd.dev.cosign.simplesigning.v1+json', 'signature.cosign'],
  ['application/vnd.dev.sigstore.bundle.v0.3+json', 'signature.cosign'],
  ['application/vnd.goharbor.harbor.sbom.v1', 'sbom.harbor'],
])
const NYDUS_BOOTSTRAP = 'containerd.io/snapshot/nydus-bootstrap'

/** What a manifest with a `subject` is to it, by Harbor's names; `artifactType` as `kindOf` gave it. */
export const accessoryTypeOf = (manifest: Manifest, artifactType: string): string =>
  types.get(artifactType) ?? (isNydus(manifest) ? 'accelerator.nydus' : 'subject.accessory')

/** An image in another format whose last layer says so. */
const isNydus = (manifest: Manifest): boolean =>
  manifest.kind === 'image' &&
  isImageConfigType(manifest.config.mediaType) &&
  manifest.layers.at(-1)?.annotations[NYDUS_BOOTSTRAP] === 'true'
