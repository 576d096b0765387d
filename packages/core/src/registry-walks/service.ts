import { type Actor, authorizeSystem, SYSTEM } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { conflict, DomainError, notFound } from '../errors/index.ts'
import type { ListQuery, Page } from '../list-query/index.ts'
import { refuseSystemReadOnly } from '../read-only/index.ts'
import {
  parseWalk,
  type RegistryFinding,
  type RegistryProposal,
  type RegistryWalk,
  type WalkInput,
} from './model.ts'
import { readFindings, readProposals } from './reports/store.ts'
import { changeStatus, insertWalk, purgeWalks, reactivate, readWalk, readWalks } from './store.ts'

const BUSY = 'another walk of this kind has not ended yet'
// Findings older than a season are no news.
const KEEP_MS = 90 * 24 * 3_600_000

/**
 * Asks for a walk over the registry; the jobs take it up within seconds. Gives its id.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, BAD_REQUEST; CONFLICT while one of its kind is active; DENIED for an
 * adoption, which makes projects and copies, while the system is read-only
 */
export async function startWalk(core: Core, actor: Actor, input: WalkInput): Promise<number> {
  authorizeSystem(actor, 'create', 'registry-walk')
  const createdBy = actor.kind === 'user' ? actor.id : null
  const walk = parseWalk(input)
  if (walk.kind === 'adopt') await refuseSystemReadOnly(core)
  const id = await insertWalk(core, { ...walk, createdBy }, actor)
  if (id === undefined) throw conflict(BUSY)
  return id
}

/** The nightly reconcile; undefined when one is under way already. Forgets old walks. */
export async function startReconcile(core: Core): Promise<number | undefined> {
  await purgeWalks(core, new Date(core.now() - KEEP_MS))
  return insertWalk(core, { ...parseWalk({ kind: 'reconcile', mend: true }), createdBy: null }, SYSTEM)
}

export async function listWalks(core: Core, actor: Actor, query: ListQuery): Promise<Page<RegistryWalk>> {
  authorizeSystem(actor, 'list', 'registry-walk')
  return readWalks(core, query)
}

/** @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND */
export async function getWalk(core: Core, actor: Actor, id: number): Promise<RegistryWalk> {
  authorizeSystem(actor, 'read', 'registry-walk')
  const walk = await readWalk(core, id)
  if (!walk) throw notFound('registry walk')
  return walk
}

/** Ends an active walk within seconds. @throws DomainError as `getWalk`; PRECONDITION for one that has ended */
export async function stopWalk(core: Core, actor: Actor, id: number): Promise<void> {
  authorizeSystem(actor, 'stop', 'registry-walk')
  const walk = await readWalk(core, id)
  if (!walk) throw notFound('registry walk')
  if (await changeStatus(core, actor, walk, ['pending', 'running'], 'stopped')) return
  throw new DomainError('PRECONDITION', 'this walk has ended already')
}

/**
 * Lets a stopped or failed walk go on where it stood.
 *
 * @throws DomainError as `getWalk`; PRECONDITION for one in another state; CONFLICT while one of its kind is active;
 * DENIED as `startWalk`
 */
export async function resumeWalk(core: Core, actor: Actor, id: number): Promise<void> {
  authorizeSystem(actor, 'operate', 'registry-walk')
  const walk = await readWalk(core, id)
  if (!walk) throw notFound('registry walk')
  if (walk.kind === 'adopt') await refuseSystemReadOnly(core)
  const result = await reactivate(core, actor, walk)
  if (result === 'busy') throw conflict(BUSY)
  if (result === 'wrong') throw new DomainError('PRECONDITION', 'only a stopped or failed walk can go on')
}

/** @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND */
export async function listFindings(
  core: Core,
  actor: Actor,
  id: number,
  query: ListQuery,
): Promise<Page<RegistryFinding>> {
  await getWalk(core, actor, id)
  return readFindings(core, id, query)
}

/** What goes into which project; empty for a reconcile. @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND */
export async function listProposals(
  core: Core,
  actor: Actor,
  id: number,
  query: Pick<ListQuery, 'page' | 'pageSize'>,
): Promise<Page<RegistryProposal>> {
  await getWalk(core, actor, id)
  return readProposals(core, id, query)
}
