import type { Schemas } from '@berth/contract'
import {
  createIdentityTrust,
  deleteIdentityTrust,
  getIdentityTrust,
  type IdentityTrust,
  listIdentityTrusts,
  type TrustInput,
  updateIdentityTrust,
} from '@berth/core/identity-trusts'
import type { Handlers } from './handler.ts'
import { projectRef, toId } from './references.ts'
import { created, done, ok, page } from './replies.ts'

const presentTrust = (trust: IdentityTrust): Schemas['IdentityTrust'] => ({
  id: trust.id,
  name: trust.name,
  robot_id: trust.robotId,
  robot_name: trust.robotName,
  issuer: trust.issuer,
  audience: trust.audience,
  claims: trust.claims,
  ca_certificate: trust.caPem ?? '',
  disabled: trust.disabled,
  ...(trust.lastUsedAt ? { last_used_at: trust.lastUsedAt.toISOString() } : {}),
  creation_time: trust.createdAt.toISOString(),
  update_time: trust.updatedAt.toISOString(),
})

const inputOf = (body: Schemas['IdentityTrustInput']): TrustInput & { robotId?: number } => ({
  robotId: body.robot_id === undefined ? undefined : toId(body.robot_id),
  name: body.name,
  issuer: body.issuer,
  audience: body.audience,
  claims: body.claims,
  caCertificate: body.ca_certificate,
  disabled: body.disabled,
})

interface OfProject {
  path: { project_name_or_id: string }
  headers: { 'X-Is-Resource-Name'?: boolean }
}
const refOf = ({ path, headers }: OfProject) =>
  projectRef(path.project_name_or_id, headers['X-Is-Resource-Name'])

export const identityTrusts: Handlers<
  | 'listIdentityTrusts'
  | 'createIdentityTrust'
  | 'getIdentityTrust'
  | 'updateIdentityTrust'
  | 'deleteIdentityTrust'
  | 'listSystemIdentityTrusts'
  | 'createSystemIdentityTrust'
  | 'getSystemIdentityTrust'
  | 'updateSystemIdentityTrust'
  | 'deleteSystemIdentityTrust'
> = {
  async listIdentityTrusts(context) {
    const query = context.listQuery()
    const found = await listIdentityTrusts(context.core, context.actor, refOf(context), query)
    return page(context, query, found, presentTrust)
  },
  async createIdentityTrust(context) {
    const { core, actor, body } = context
    return created(context, await createIdentityTrust(core, actor, refOf(context), inputOf(body)))
  },
  async getIdentityTrust(context) {
    const { core, actor, path } = context
    return ok(presentTrust(await getIdentityTrust(core, actor, refOf(context), toId(path.identity_trust_id))))
  },
  async updateIdentityTrust(context) {
    const { core, actor, path, body } = context
    await updateIdentityTrust(core, actor, refOf(context), toId(path.identity_trust_id), inputOf(body))
    return done()
  },
  async deleteIdentityTrust(context) {
    const { core, actor, path } = context
    await deleteIdentityTrust(core, actor, refOf(context), toId(path.identity_trust_id))
    return done()
  },

  async listSystemIdentityTrusts(context) {
    const query = context.listQuery()
    return page(
      context,
      query,
      await listIdentityTrusts(context.core, context.actor, null, query),
      presentTrust,
    )
  },
  async createSystemIdentityTrust(context) {
    const { core, actor, body } = context
    return created(context, await createIdentityTrust(core, actor, null, inputOf(body)))
  },
  async getSystemIdentityTrust({ core, actor, path }) {
    return ok(presentTrust(await getIdentityTrust(core, actor, null, toId(path.identity_trust_id))))
  },
  async updateSystemIdentityTrust({ core, actor, path, body }) {
    await updateIdentityTrust(core, actor, null, toId(path.identity_trust_id), inputOf(body))
    return done()
  },
  async deleteSystemIdentityTrust({ core, actor, path }) {
    await deleteIdentityTrust(core, actor, null, toId(path.identity_trust_id))
    return done()
  },
}
