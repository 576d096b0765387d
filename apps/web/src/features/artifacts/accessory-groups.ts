import type { Schemas } from '@berth/contract'

export type Accessory = Schemas['Accessory']

/** In the order they are shown. */
export const accessoryGroups = ['signature', 'attestation', 'sbom', 'accelerator', 'other'] as const
export type AccessoryGroup = (typeof accessoryGroups)[number]

/** Types with a name of their own, as message keys: `signature.cosign` is `signature_cosign`. */
export const knownTypes = [
  'signature_cosign',
  'signature_notation',
  'attestation_cosign',
  'sbom_cosign',
  'sbom_harbor',
  'accelerator_nydus',
] as const

// What tools attach without a type of the API's; SPDX and CycloneDX are the two formats of bills of materials.
const byArtifactType: [RegExp, AccessoryGroup][] = [
  [/spdx|cyclonedx|sbom/i, 'sbom'],
  [/in-toto|attestation|provenance/i, 'attestation'],
  [/signature|notary|sigstore|cosign/i, 'signature'],
]

/** What it is for: by the API's type, else by what its manifest declares. */
export function groupOf({ type, artifact_type }: Pick<Accessory, 'type' | 'artifact_type'>): AccessoryGroup {
  const prefix = type.split('.')[0]
  const known = accessoryGroups.find((group) => group === prefix)
  return known ?? byArtifactType.find(([form]) => form.test(artifact_type ?? ''))?.[1] ?? 'other'
}
