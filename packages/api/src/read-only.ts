import type { OperationId } from '@berth/contract'
import type { Core } from '@berth/core'
import { refuseSystemReadOnly } from '@berth/core/read-only'

/** What a read-only installation still does: the switch itself, what changes nothing, and what ends changes. */
export const whileReadOnly: ReadonlySet<OperationId> = new Set([
  'updateConfigurations',
  'checkLdap',
  'pingLdap',
  'previewImmuRule',
  'pingOIDC',
  'stopRegistryWalk',
  // What takes access away must not wait for anything.
  'deleteMyAccessToken',
  'deleteAccessToken',
  'deleteMySessions',
  'deleteMySession',
  'deleteSessions',
  'deleteSession',
])

/**
 * Harbor answers nothing but reading while the system is read-only; so does this API, whatever the feature.
 *
 * @throws DomainError DENIED; errors of the database as they come: a switch that cannot be read is on
 */
export async function refuseChanges(core: Core, method: string, operationId: OperationId): Promise<void> {
  if (method === 'GET' || method === 'HEAD' || whileReadOnly.has(operationId)) return
  await refuseSystemReadOnly(core)
}
