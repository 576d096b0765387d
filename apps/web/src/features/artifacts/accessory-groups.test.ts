import { expect, test } from 'vitest'
import { groupOf } from './accessory-groups.ts'

test.each([
  ['signature.cosign', '', 'signature'],
  ['signature.notation', 'application/vnd.cncf.notary.signature', 'signature'],
  ['attestation.cosign', '', 'attestation'],
  ['sbom.harbor', 'application/vnd.goharbor.harbor.sbom.v1', 'sbom'],
  ['accelerator.nydus', '', 'accelerator'],
  ['subject.accessory', 'application/spdx+json', 'sbom'],
  ['subject.accessory', 'application/vnd.cyclonedx+json', 'sbom'],
  ['subject.accessory', 'application/vnd.in-toto+json', 'attestation'],
  ['subject.accessory', 'application/vnd.example.notes', 'other'],
  ['subject.accessory', undefined, 'other'],
  ['new.kind', '', 'other'],
])('%s declared as %s stands among: %s', (type, artifact_type, group) => {
  expect(groupOf({ type, artifact_type })).toBe(group)
})
