import type { Body, OperationId } from '@berth/contract'
import type { Core } from '@berth/core'
import { refuseSystemReadOnly } from '@berth/core/read-only'

/** What a read-only installation still does: the switch itself, what changes nothing, and what ends changes. */
export const whileReadOnly: ReadonlySet<OperationId> = new Set([
  'updateConfigurations',
  'checkLdap',
  'pingLdap',
  'previewImmuRule',
  'previewReplicationPolicy',
  'pingOIDC',
  'pingRegistry',
  'stopRegistryWalk',
  'stopReplication',
  // Nobody's images.
  'markMyNoticesRead',
  'updateMyNoticePreferences',
  'sendTestMail',
  'testAuditDestination',
  'stopPurge',
  // What takes access away must not wait for anything.
  'deleteUser',
  'endHeldLdapUsers',
  'updateUserPassword',
  'deleteProjectMember',
  'deleteUserGroup',
  'deleteIdentityTrust',
  'DeleteRobot',
  'RefreshSec',
  'deleteMyAccessToken',
  'deleteAccessToken',
  'deleteMySessions',
  'deleteMySession',
  'deleteSessions',
  'deleteSession',
])

type Narrowing = { [Op in OperationId]?: (body: Body<Op>) => boolean }

/** Operations that give or take access, and which bodies only take it. */
const onlyTakes: Narrowing = {
  setUserDisabled: ({ disabled }) => disabled,
  setUserSysAdmin: ({ sysadmin_flag: sysadmin }) => sysadmin === false,
  UpdateRobot: ({ disable, description, duration, permissions }) =>
    disable === true && description === undefined && duration == null && permissions === undefined,
}

/**
 * Harbor answers nothing but reading while the system is read-only; so does this API, but for what takes access away.
 *
 * @param body what the contract's schema of the operation has checked already
 * @throws DomainError DENIED; errors of the database as they come: a switch that cannot be read is on
 */
export async function refuseChanges(
  core: Core,
  method: string,
  operationId: OperationId,
  body: unknown,
): Promise<void> {
  if (method === 'GET' || method === 'HEAD' || whileReadOnly.has(operationId)) return
  if (onlyTakes[operationId]?.(body as never)) return
  await refuseSystemReadOnly(core)
}
