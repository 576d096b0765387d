import { openapiDocument } from '@berth/contract/server'
import { registryReasons } from '@berth/core/registries'
import { reasons } from '@berth/core/replications'
import { expect, it } from 'vitest'

it.each([
  ['ReplicationReason', reasons],
  ['RegistryReason', registryReasons],
])('the contract lists every %s that there is, and no other', (name, known) => {
  expect(openapiDocument().components?.schemas?.[name]).toMatchObject({ enum: known })
})
