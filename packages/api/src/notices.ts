import type { Schemas } from '@berth/contract'
import { canSendMail, sendTestMail } from '@berth/core/mail'
import {
  countUnreadNotices,
  getNoticePreferences,
  listNotices,
  markNoticesRead,
  type Notice,
  type NoticeFacts,
  setNoticePreferences,
} from '@berth/core/notices'
import { currentUserInfo } from '@berth/core/users'
import type { Handlers } from './handler.ts'
import { done, ok, page } from './replies.ts'

/** Field by field: what a later version writes into rows does not leave by itself. */
const presentFacts = (facts: NoticeFacts): Schemas['NoticeFacts'] => ({
  ...(facts.project !== undefined && { project: facts.project }),
  ...(facts.name !== undefined && { name: facts.name }),
  ...(facts.usedBytes !== undefined && { used: facts.usedBytes }),
  ...(facts.limitBytes !== undefined && { hard: facts.limitBytes }),
  ...(facts.expiresAt !== undefined && { expiration_time: facts.expiresAt }),
  ...(facts.days !== undefined && { days: facts.days }),
  ...(facts.lines !== undefined && { lines: facts.lines }),
  ...(facts.people !== undefined && { people: facts.people }),
  ...(facts.tasks !== undefined && { tasks: facts.tasks }),
  ...(facts.policyId !== undefined && { policy_id: facts.policyId }),
  ...(facts.executionId !== undefined && { execution_id: facts.executionId }),
})

const presentNotice = ({ id, kind, facts, createdAt, readAt }: Notice): Schemas['Notice'] => ({
  id,
  kind,
  facts: presentFacts(facts),
  read: readAt !== null,
  creation_time: createdAt.toISOString(),
})

export const notices: Handlers<
  | 'listMyNotices'
  | 'countMyUnreadNotices'
  | 'markMyNoticesRead'
  | 'getMyNoticePreferences'
  | 'updateMyNoticePreferences'
  | 'sendTestMail'
> = {
  async listMyNotices(context) {
    const { core, actor, query } = context
    const list = context.listQuery()
    return page(
      context,
      list,
      await listNotices(core, actor, { ...list, unread: query.unread }),
      presentNotice,
    )
  },

  async countMyUnreadNotices({ core, actor }) {
    return ok({ count: await countUnreadNotices(core, actor) })
  },

  async markMyNoticesRead({ core, actor, body: { ids, up_to_id: upTo } }) {
    await markNoticesRead(core, actor, { ids, upTo })
    return done()
  },

  async getMyNoticePreferences({ core, actor }) {
    const preferences = await getNoticePreferences(core, actor)
    const { email } = await currentUserInfo(core, actor)
    return ok({ ...preferences, mail_available: !!email && (await canSendMail(core)) })
  },

  async updateMyNoticePreferences({ core, actor, body: { kinds, language } }) {
    await setNoticePreferences(core, actor, { kinds, language })
    return done()
  },

  async sendTestMail({ core, actor, body }) {
    return ok(await sendTestMail(core, actor, body.to))
  },
}
