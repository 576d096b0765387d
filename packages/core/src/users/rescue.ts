import { record } from '../audit/index.ts'
import { forgetUser, hashPassword, parseNewPassword, usernameKey } from '../authentication/index.ts'
import { SYSTEM } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { DomainError } from '../errors/index.ts'
import { switchOff } from '../second-factors/index.ts'
import { parseUsername } from './model.ts'
import { insertUser, rescueUser } from './store.ts'

/**
 * The way back in for who holds the server and nothing else: the local account of this name is an administrator's,
 * enabled, without a second factor, with this password; it is made when there is none. What it held before ends within
 * three seconds on every node.
 *
 * Asks for no right: for the command line of the server only.
 *
 * @throws DomainError BAD_REQUEST; PRECONDITION for an account that signs in elsewhere
 */
export async function rescueAdministrator(
  core: Core,
  wanted: { username: string; password: string },
): Promise<void> {
  const username = parseUsername(wanted.username)
  const passwordHash = await hashPassword(parseNewPassword(wanted.password))
  const detail = { rescued: true, sysadmin: true, disabled: false }
  const line = { resourceType: 'user', actor: SYSTEM, resource: username, detail } as const
  const rescued = await rescueUser(core, usernameKey(username), passwordHash, async (tx, user) => {
    await switchOff(tx, user.id)
    await record(core, tx, { ...line, resource: user.username, action: 'update' })
  })
  if (rescued === 'elsewhere')
    throw new DomainError(
      'PRECONDITION',
      'this account signs in through a directory or a provider; name a local one',
    )
  if (rescued !== undefined) return forgetUser(core, rescued)
  await insertUser(core, { username, passwordHash, sysadmin: true }, { ...line, action: 'create' })
}
