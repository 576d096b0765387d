import type { PayloadFormat, Target, WebhookEvent } from './model.ts'

/** What happened, as every form of payload tells it. */
export interface Notice {
  /** `TEST`: somebody tries whether the target answers. */
  type: WebhookEvent | 'TEST'
  at: Date
  operator: string
  requestId: string
  projectId: number
  project: string
  public: boolean
  /** Absent for what concerns the project. */
  repository?: { fullName: string; createdAt?: Date }
  resources: { digest?: string; tag?: string }[]
  attributes?: Record<string, string>
  /** In Harbor's words: all that is told of one. */
  replication?: Record<string, unknown>
}

/** What a delivery is beside its event. */
export interface Envelope {
  /** The delivery's own id, the same in every attempt. */
  id: string
  policyId: number
  /** Where clients reach Berth, without the scheme. */
  host: string
}

const cloudTypes: Record<Notice['type'], string> = {
  PUSH_ARTIFACT: 'harbor.artifact.pushed',
  PULL_ARTIFACT: 'harbor.artifact.pulled',
  DELETE_ARTIFACT: 'harbor.artifact.deleted',
  QUOTA_EXCEED: 'harbor.quota.exceeded',
  QUOTA_WARNING: 'harbor.quota.warned',
  REPLICATION: 'harbor.replication.status.changed',
  SCANNING_COMPLETED: 'harbor.scan.completed',
  SCANNING_FAILED: 'harbor.scan.failed',
  SCANNING_STOPPED: 'harbor.scan.stopped',
  TAG_RETENTION: 'harbor.tag_retention.finished',
  TEST: 'berth.webhook.tested',
}

/** Of an artifact with more tags: MariaDB keeps 64 KiB of a body. */
const MAX_RESOURCES = 50

const seconds = (at: Date) => Math.floor(at.getTime() / 1_000)

/** Harbor's `event_data`, its names and their order. */
function eventData(notice: Notice, { host }: Envelope): Record<string, unknown> {
  if (notice.replication) return { replication: notice.replication }
  const { repository } = notice
  const name = repository?.fullName.slice(notice.project.length + 1)
  return {
    resources: notice.resources.slice(0, MAX_RESOURCES).map(({ digest, tag }) => ({
      ...(digest !== undefined && { digest }),
      // Of an artifact without a tag Harbor gives the digest here as well.
      ...(tag !== undefined && { tag }),
      ...(tag !== undefined &&
        repository && { resource_url: `${host}/${repository.fullName}${tag === digest ? '@' : ':'}${tag}` }),
    })),
    repository: {
      ...(repository?.createdAt && { date_created: seconds(repository.createdAt) }),
      name: name ?? '',
      namespace: notice.project,
      repo_full_name: repository?.fullName ?? notice.project,
      repo_type: notice.public ? 'public' : 'private',
    },
    ...(notice.attributes && { custom_attributes: notice.attributes }),
  }
}

const withoutMilliseconds = (at: Date) => at.toISOString().replace(/\.\d{3}Z$/, 'Z')

const asDefault = (notice: Notice, envelope: Envelope) => ({
  type: notice.type,
  occur_at: seconds(notice.at),
  operator: notice.operator,
  event_data: eventData(notice, envelope),
})

/** CloudEvents 1.0 in JSON, with the extensions that Harbor adds. */
const asCloudEvent = (notice: Notice, envelope: Envelope) => ({
  specversion: '1.0',
  id: envelope.id,
  ...(notice.requestId !== '' && { requestid: notice.requestId }),
  source: `/projects/${notice.projectId}/webhook/policies/${envelope.policyId}`,
  type: cloudTypes[notice.type],
  datacontenttype: 'application/json',
  time: withoutMilliseconds(notice.at),
  data: eventData(notice, envelope),
  operator: notice.operator,
})

/** The three characters that mean something in Slack's text. */
const forSlack = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
/** Slack refuses a block with more than 3,000 characters. */
const MAX_BLOCK_LENGTH = 2_900

function asSlack(notice: Notice, envelope: Envelope) {
  const section = (text: string) => ({
    type: 'section',
    text: { type: 'mrkdwn', text: text.slice(0, MAX_BLOCK_LENGTH) },
  })
  const at = `<!date^${seconds(notice.at)}^{date} at {time}|${withoutMilliseconds(notice.at)}>`
  const data = forSlack(JSON.stringify(eventData(notice, envelope), undefined, 2))
  return {
    blocks: [
      section('*Berth webhook event*'),
      section(`*event_type:* ${notice.type}`),
      section(`*occur_at:* ${at}`),
      section(`*operator:* ${forSlack(notice.operator)}`),
      section(`*event_data:*\n\`\`\`${data.slice(0, MAX_BLOCK_LENGTH - 100)}\`\`\``),
    ],
  }
}

/** The body of a request, made once: every attempt sends the same bytes. */
export function bodyFor(
  target: Pick<Target, 'type' | 'payloadFormat'>,
  notice: Notice,
  envelope: Envelope,
): string {
  if (target.type === 'slack') return JSON.stringify(asSlack(notice, envelope))
  const render = target.payloadFormat === 'CloudEvents' ? asCloudEvent : asDefault
  return JSON.stringify(render(notice, envelope))
}

export const contentTypeOf = ({
  type,
  payloadFormat,
}: {
  type: string
  payloadFormat: PayloadFormat
}): string =>
  type === 'http' && payloadFormat === 'CloudEvents' ? 'application/cloudevents+json' : 'application/json'
