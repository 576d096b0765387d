import type { Language, NoticeFacts, NoticeKind } from './model.ts'

// Mails only: the console has its own sentences for the same facts.

export interface MailText {
  subject: string
  /** Plain text. */
  text: string
}

type Sentence = (facts: Required<Written>) => { subject: string; body: string; path: string }
type Written = { [K in keyof NoticeFacts]: string }

/** Older news does not say which run. */
const runPath = (policyId: string, executionId: string): string =>
  executionId === '' ? '/replications' : `/replications/${policyId}/executions/${executionId}`

const english: Record<NoticeKind, Sentence> = {
  quota_warning: ({ project, usedBytes, limitBytes }) => ({
    subject: `The project ${project} is nearly full`,
    body: `The project ${project} holds ${usedBytes} of the ${limitBytes} that it may. When it is full, pushes are refused.`,
    path: `/projects/${project}/storage`,
  }),
  quota_exceeded: ({ project, usedBytes, limitBytes }) => ({
    subject: `A push into ${project} was refused: it did not fit`,
    body: `The project ${project} holds ${usedBytes} of the ${limitBytes} that it may. A push that needed more was refused, and so are others that do not fit until something is deleted or the limit is raised.`,
    path: `/projects/${project}/storage`,
  }),
  webhook_disabled: ({ project, name }) => ({
    subject: `A webhook of ${project} was disabled`,
    body: `The webhook “${name}” of the project ${project} failed so often that it was disabled. What it did not deliver is kept and can be sent again.`,
    path: `/projects/${project}/webhooks`,
  }),
  robot_expiring: ({ project, name, expiresAt, days }) => ({
    subject: `A robot of ${project} expires within ${days}`,
    body: `The robot ${name} of the project ${project} expires on ${expiresAt}. After that nothing can be pulled or pushed with it.`,
    path: `/projects/${project}/robots`,
  }),
  system_robot_expiring: ({ name, expiresAt, days }) => ({
    subject: `A robot of the system expires within ${days}`,
    body: `The robot ${name} expires on ${expiresAt}. After that nothing can be done with it.`,
    path: '/robots',
  }),
  forwarding_failing: ({ name, lines }) => ({
    subject: `${name} takes no lines of the audit log`,
    body: `The receiver ${name} of the audit log has taken nothing for more than a quarter of an hour. ${lines} lines wait for it and are kept until it takes them, as far as the settings allow.`,
    path: '/audit-log/destinations',
  }),
  forwarding_losing: ({ name, lines }) => ({
    subject: `Lines of the audit log are being lost for ${name}`,
    body: `More of the audit log waits for the receiver ${name} than the settings keep: ${lines} lines. What is purged now never reaches it.`,
    path: '/audit-log/destinations',
  }),
  access_token_expiring: ({ name, expiresAt, days }) => ({
    subject: `One of your access tokens expires within ${days}`,
    body: `Your access token “${name}” expires on ${expiresAt}. Make a new one before that if something still uses it.`,
    path: '/profile',
  }),
  directory_hold: ({ people, expiresAt }) => ({
    subject: `${people} missing in the directory`,
    body:
      expiresAt === ''
        ? `The directory that people sign in with shows nobody at all any more; ${people} are missing. They keep their access while that is so, for 30 days at most after it last showed them. Look at the search account's rights and at the filter for people, or end their access if they are gone.`
        : `The directory that people sign in with does not show ${people} any more, more than are usually gone at once. They keep their access until ${expiresAt} and then lose it; sooner, once no more than ten or a tenth of all are missing, because so many may well have left. Mend the filter or the search account's rights if the directory is wrong, or decide about them now.`,
    path: '/configurations/ldap',
  }),
  replication_failed: ({ name, tasks, policyId, executionId }) => ({
    subject: `The replication ${name} failed`,
    body: `A run of the replication policy “${name}” ended with ${tasks} tasks that failed. What did not arrive stands with the run, and can be tried again there. You are told again only after a run has gone well.`,
    path: runPath(policyId, executionId),
  }),
}

const chinese: Record<NoticeKind, Sentence> = {
  quota_warning: ({ project, usedBytes, limitBytes }) => ({
    subject: `项目 ${project} 的存储空间即将用尽`,
    body: `项目 ${project} 已使用 ${usedBytes}，上限为 ${limitBytes}。用尽后将拒绝推送。`,
    path: `/projects/${project}/storage`,
  }),
  quota_exceeded: ({ project, usedBytes, limitBytes }) => ({
    subject: `推送到项目 ${project} 被拒绝：剩余空间不足`,
    body: `项目 ${project} 已使用 ${usedBytes}，上限为 ${limitBytes}。一次超出上限的推送已被拒绝；在删除内容或提高上限之前，放不下的其他推送也会被拒绝。`,
    path: `/projects/${project}/storage`,
  }),
  webhook_disabled: ({ project, name }) => ({
    subject: `项目 ${project} 的一个 Webhook 已被停用`,
    body: `项目 ${project} 的 Webhook “${name}” 因多次失败已被停用。未送达的内容会保留，可以重新发送。`,
    path: `/projects/${project}/webhooks`,
  }),
  robot_expiring: ({ project, name, expiresAt, days }) => ({
    subject: `项目 ${project} 的一个机器人将在 ${days}内过期`,
    body: `项目 ${project} 的机器人 ${name} 将于 ${expiresAt} 过期。此后不能再用它拉取或推送。`,
    path: `/projects/${project}/robots`,
  }),
  system_robot_expiring: ({ name, expiresAt, days }) => ({
    subject: `一个系统机器人将在 ${days}内过期`,
    body: `机器人 ${name} 将于 ${expiresAt} 过期。此后不能再使用它。`,
    path: '/robots',
  }),
  forwarding_failing: ({ name, lines }) => ({
    subject: `审计日志无法转发到 ${name}`,
    body: `转发目标 ${name} 已超过一刻钟没有接收任何日志。目前有 ${lines} 条日志在等待；在设置允许的范围内，它们会保留到转发成功为止。`,
    path: '/audit-log/destinations',
  }),
  forwarding_losing: ({ name, lines }) => ({
    subject: `转发到 ${name} 的审计日志正在丢失`,
    body: `等待转发到 ${name} 的审计日志已超出设置的保留范围，共 ${lines} 条。此时被清理的日志将不再送达。`,
    path: '/audit-log/destinations',
  }),
  access_token_expiring: ({ name, expiresAt, days }) => ({
    subject: `您的一个访问令牌将在 ${days}内过期`,
    body: `您的访问令牌“${name}”将于 ${expiresAt} 过期。如果仍在使用，请在此之前创建新的令牌。`,
    path: '/profile',
  }),
  directory_hold: ({ people, expiresAt }) => ({
    subject: `目录中找不到 ${people}`,
    body:
      expiresAt === ''
        ? `用户登录所用的目录现在不返回任何用户；${people}不在其中。在此期间他们保留访问权限，但最多到目录最后一次返回他们之后 30 天。请检查搜索帐户的权限和用户过滤器；如果他们确实已离开，请终止其访问权限。`
        : `用户登录所用的目录不再返回 ${people}，超过了通常同时离开的人数。他们的访问权限保留到 ${expiresAt}，之后失效；如果缺失人数降到十人或总数的十分之一以内，则会更早失效，因为这么多人确实可能已经离开。如果目录有误，请修正过滤器或搜索帐户的权限；也可以立即作出决定。`,
    path: '/configurations/ldap',
  }),
  replication_failed: ({ name, tasks, policyId, executionId }) => ({
    subject: `复制 ${name} 失败`,
    body: `复制策略“${name}”的一次运行结束时有 ${tasks} 个任务失败。未送达的内容列在该次运行中，可以在那里重试。在有一次运行成功之前不会再次通知。`,
    path: runPath(policyId, executionId),
  }),
}

const words = {
  en: {
    sentences: english,
    days: (days: number) => (days === 1 ? 'a day' : `${days} days`),
    people: (people: number) => (people === 1 ? '1 person' : `${people} people`),
    ending: (settings: string) => `You get this mail because you follow it. What you follow: ${settings}`,
  },
  'zh-CN': {
    sentences: chinese,
    days: (days: number) => `${days} 天`,
    people: (people: number) => `${people} 人`,
    ending: (settings: string) => `您收到此邮件是因为您关注了该类通知。修改关注的内容：${settings}`,
  },
} as const

/** What people called things stands in it as text and on one line; nothing in it is markup. */
export function mailText(
  kind: NoticeKind,
  facts: NoticeFacts,
  { language, externalUrl }: { language: Language; externalUrl: string },
): MailText {
  const { sentences, days, people, ending } = words[language]
  const { subject, body, path } = sentences[kind]({
    project: line(facts.project),
    name: line(facts.name),
    usedBytes: size(facts.usedBytes),
    limitBytes: size(facts.limitBytes),
    expiresAt: facts.expiresAt ? `${facts.expiresAt.slice(0, 16).replace('T', ' ')} UTC` : '',
    days: days(facts.days ?? 0),
    lines: new Intl.NumberFormat(language).format(facts.lines ?? 0),
    people: people(facts.people ?? 0),
    tasks: new Intl.NumberFormat(language).format(facts.tasks ?? 0),
    policyId: String(facts.policyId ?? ''),
    executionId: String(facts.executionId ?? ''),
  })
  return {
    subject,
    text: `${body}\n\n${externalUrl}${encodeURI(path)}\n\n-- \n${ending(`${externalUrl}/notices/preferences`)}\n`,
  }
}

const line = (text = ''): string => text.replace(/\p{C}+|\p{Zl}|\p{Zp}/gu, ' ').trim()

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const
function size(bytes = 0): string {
  let value = bytes
  let unit = 0
  for (; value >= 1_024 && unit < units.length - 1; unit++) value /= 1_024
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`
}
