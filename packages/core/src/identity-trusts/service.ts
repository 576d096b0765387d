import { isDeepStrictEqual } from 'node:util'
import type { AuditLine } from '../audit/index.ts'
import { forgetRobot } from '../authentication/index.ts'
import {
  type Action,
  type Actor,
  authorize,
  authorizeSystem,
  type ProjectRef,
} from '../authorization/index.ts'
import { robotNamePrefix } from '../configurations/index.ts'
import type { Core } from '../context/index.ts'
import { badRequest, conflict, notFound } from '../errors/index.ts'
import type { ListQuery, Page } from '../list-query/index.ts'
import { allowedHosts } from '../outbound/index.ts'
import { refuseGivingAway } from '../robots/index.ts'
import {
  type IdentityTrust,
  MAX_TRUSTS_PER_ROBOT,
  parseAudience,
  parseCa,
  parseIssuer,
  parseName,
  type TrustInput,
} from './model.ts'
import { parseClaims } from './rules.ts'
import { insertTrust, readTrust, readTrusts, removeSpent, removeTrust, updateTrustRow } from './store.ts'

/** Those of a project's robots; without a project, those of the system's. */
export async function listIdentityTrusts(
  core: Core,
  actor: Actor,
  ref: ProjectRef | null,
  query: ListQuery,
): Promise<Page<IdentityTrust>> {
  const projectId = await authorizeSpace(core, actor, 'list', ref)
  const prefix = await robotNamePrefix(core)
  const { items, total } = await readTrusts(core, projectId, query)
  return { items: items.map((trust) => ({ ...trust, robotName: prefix + trust.robotName })), total }
}

/** @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND */
export async function getIdentityTrust(
  core: Core,
  actor: Actor,
  ref: ProjectRef | null,
  id: number,
): Promise<IdentityTrust> {
  const projectId = await authorizeSpace(core, actor, 'read', ref)
  const trust = await readTrust(core, projectId, id)
  if (!trust) throw notFound('identity trust')
  return { ...trust, robotName: (await robotNamePrefix(core)) + trust.robotName }
}

/**
 * Gives the trust's id. The robot must be one of the project, or of the system.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, DENIED (the robot may do more than the actor), BAD_REQUEST,
 * CONFLICT
 */
export async function createIdentityTrust(
  core: Core,
  actor: Actor,
  ref: ProjectRef | null,
  input: TrustInput & { robotId?: number },
): Promise<number> {
  const projectId = await authorizeSpace(core, actor, 'create', ref)
  const name = parseName(input.name)
  const issuer = parseIssuer(input.issuer, await allowedHosts(core))
  const audience = parseAudience(input.audience || core.settings.externalUrl)
  const claims = parseClaims(issuer, input.claims ?? {})
  const caPem = parseCa(input.caCertificate ?? '')
  const robotId = input.robotId ?? 0
  await refuseGivingAway(core, actor, projectId, robotId)
  const trust = { robotId, name, issuer, audience, claims, caPem, disabled: input.disabled ?? false }
  const detail = { issuer, audience, claims, robotId, disabled: trust.disabled, ownAuthority: caPem !== null }
  const line = lineOf(actor, 'create', { name, projectId }, detail)
  const id = await insertTrust(core, trust, line)
  if (id === 'taken') throw sameName()
  if (id === 'full') throw badRequest(`a robot has at most ${MAX_TRUSTS_PER_ROBOT} identity trusts`)
  if (id === 'missing') throw notFound('robot')
  return id
}

/**
 * Absent fields stay; the robot cannot change. What the robot's jobs hold ends, as it does when a trust is deleted. To
 * disable it or to call it something else asks for no right to give. Errors as `createIdentityTrust`.
 */
export async function updateIdentityTrust(
  core: Core,
  actor: Actor,
  ref: ProjectRef | null,
  id: number,
  input: TrustInput & { robotId?: number },
): Promise<void> {
  const projectId = await authorizeSpace(core, actor, 'update', ref)
  const trust = await readTrust(core, projectId, id)
  if (!trust) throw notFound('identity trust')
  if (input.robotId !== undefined && input.robotId !== trust.robotId)
    throw badRequest('the robot of an identity trust cannot be changed')
  const issuer =
    input.issuer === undefined || input.issuer === trust.issuer
      ? trust.issuer
      : parseIssuer(input.issuer, await allowedHosts(core))
  const asked = {
    issuer,
    name: input.name === undefined ? undefined : parseName(input.name),
    audience: input.audience === undefined ? undefined : parseAudience(input.audience),
    // Another issuer may need other patterns. What stays may be older than today's rules, and must be possible to end.
    claims:
      issuer === trust.issuer && (input.claims === undefined || isDeepStrictEqual(input.claims, trust.claims))
        ? trust.claims
        : parseClaims(issuer, input.claims ?? trust.claims),
    caPem: input.caCertificate === undefined ? undefined : parseCa(input.caCertificate),
    disabled: input.disabled,
  }
  const change = changesOf(trust, asked)
  // They were looked at together.
  if (change.issuer !== undefined || change.claims) Object.assign(change, { issuer, claims: asked.claims })
  const { name: _, disabled: ends, ...gives } = change
  if (ends === false || Object.keys(gives).length > 0)
    await refuseGivingAway(core, actor, projectId, trust.robotId)
  const { issuer: oldIssuer, audience, claims, disabled } = trust
  const detail = {
    robotId: trust.robotId,
    old: { issuer: oldIssuer, audience, claims, disabled },
    new: { ...change, caPem: undefined },
    ...(change.caPem === undefined ? {} : { ownAuthority: change.caPem !== null }),
  }
  const line = lineOf(actor, 'update', trust, detail)
  const result = await updateTrustRow(core, trust, change, line)
  forgetRobot(core, trust.robotId)
  if (result === 'taken') throw sameName()
  if (result === 'missing') throw notFound('identity trust')
}

/** @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND */
export async function deleteIdentityTrust(
  core: Core,
  actor: Actor,
  ref: ProjectRef | null,
  id: number,
): Promise<void> {
  const projectId = await authorizeSpace(core, actor, 'delete', ref)
  const trust = await readTrust(core, projectId, id)
  if (!trust) throw notFound('identity trust')
  const line = lineOf(actor, 'delete', trust, { robotId: trust.robotId, issuer: trust.issuer })
  const removed = await removeTrust(core, trust, line)
  forgetRobot(core, trust.robotId)
  if (!removed) throw notFound('identity trust')
}

/** Rows of tokens that are too old by themselves. Asks for no right. */
export const purgeSpentTokens = (core: Core): Promise<number> => removeSpent(core)

const lineOf = (
  actor: Actor,
  action: 'create' | 'update' | 'delete',
  { name, projectId }: Pick<IdentityTrust, 'name' | 'projectId'>,
  detail: Record<string, unknown>,
): AuditLine => ({ resourceType: 'identity_trust', action, actor, resource: name, projectId, detail })

const sameName = () => conflict('the robot has an identity trust of this name already')

/** What stays as it is is left out, and not written: it may be about to change elsewhere. */
const changesOf = <T extends object>(now: T, asked: Partial<T>): Partial<T> =>
  Object.fromEntries(
    Object.entries(asked).filter(
      ([key, value]) => value !== undefined && !isDeepStrictEqual(value, now[key as keyof T]),
    ),
  ) as Partial<T>

/** The project's id; null for the system. */
async function authorizeSpace(
  core: Core,
  actor: Actor,
  action: Action,
  ref: ProjectRef | null,
): Promise<number | null> {
  if (ref) return (await authorize(core, actor, action, 'identity-trust', ref)).id
  authorizeSystem(actor, action, 'identity-trust')
  return null
}
