import { type Actor, administers, authorizeSelf, projectsWith, refusal } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { badRequest } from '../errors/index.ts'
import type { Page } from '../list-query/index.ts'
import { changed, type Followed, type Notice, type NoticePreferences } from './model.ts'
import {
  countUnread,
  readNotices,
  readPreferences,
  removeNoticesBefore,
  type Sight,
  writePreferences,
  writeRead,
} from './store.ts'

const MAX_PAGE_SIZE = 100
/** A number beside a bell; nobody counts further. */
export const MOST_COUNTED = 100
const MAX_MARKED = 100
const KEEP_MS = 90 * 86_400_000

/** One's own, the newest first, those whose business they still are. @throws DomainError UNAUTHORIZED, FORBIDDEN */
export async function listNotices(
  core: Core,
  actor: Actor,
  { unread = false, page, pageSize }: { unread?: boolean; page: number; pageSize: number },
): Promise<Page<Notice>> {
  const size = pageSize > 0 ? Math.min(pageSize, MAX_PAGE_SIZE) : MAX_PAGE_SIZE
  return readNotices(core, await sightOf(core, actor), { unread, page, pageSize: size })
}

/** At most MOST_COUNTED. @throws DomainError UNAUTHORIZED, FORBIDDEN */
export const countUnreadNotices = async (core: Core, actor: Actor): Promise<number> =>
  countUnread(core, await sightOf(core, actor), MOST_COUNTED)

/** Of one's own; ids of others change nothing. @throws DomainError UNAUTHORIZED, FORBIDDEN, BAD_REQUEST */
export async function markNoticesRead(
  core: Core,
  actor: Actor,
  { ids, upTo }: { ids?: readonly number[]; upTo?: number },
): Promise<void> {
  const self = authorizeOwn(actor, 'update')
  if ((ids === undefined) === (upTo === undefined)) throw badRequest('give either ids or up_to_id')
  if (ids && ids.length > MAX_MARKED) throw badRequest(`at most ${MAX_MARKED} notices can be marked at once`)
  if (![...(ids ?? [upTo])].every(Number.isSafeInteger)) throw badRequest('an id is a whole number')
  await writeRead(core, await sightOf(core, self), ids ? { ids } : { upTo: upTo! })
}

/** @throws DomainError UNAUTHORIZED, FORBIDDEN */
export const getNoticePreferences = (core: Core, actor: Actor): Promise<NoticePreferences> =>
  readPreferences(core, authorizeOwn(actor, 'read').id)

/** Absent kinds stay. @throws DomainError UNAUTHORIZED, FORBIDDEN, BAD_REQUEST */
export const setNoticePreferences = (
  core: Core,
  actor: Actor,
  change: { kinds?: Record<string, Partial<Followed>>; language?: string },
): Promise<NoticePreferences> =>
  writePreferences(core, authorizeOwn(actor, 'update').id, (before) => changed(before, change))

/** After 90 days; gives their number. For a job. */
export const purgeNotices = (core: Core): Promise<number> =>
  removeNoticesBefore(core, new Date(core.now() - KEEP_MS))

function authorizeOwn(actor: Actor, action: 'read' | 'list' | 'update') {
  if (actor.kind !== 'user' || !authorizeSelf(actor, actor.id, action)) throw refusal(actor)
  return actor
}

/** Whoever lost a role since is not told what goes on in the project any more. */
export async function sightOf(core: Core, actor: Actor): Promise<Sight> {
  const self = authorizeOwn(actor, 'list')
  const [projects] = await projectsWith(core, self, [{ action: 'update', resource: 'project' }])
  return { userId: self.id, projects: projects === 'all' ? 'all' : projects!.own, system: administers(self) }
}
