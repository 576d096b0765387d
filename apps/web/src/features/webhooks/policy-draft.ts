import type { Schemas } from '@berth/contract'

type Policy = Schemas['WebhookPolicy']
type Target = Schemas['WebhookTargetObject']

export type WebhookKind = 'http' | 'slack'
export type HeaderRow = { name: string; value: string }

/** What the form holds: of a policy with several targets the first; the others stay as they are. */
export type WebhookDraft = {
  name: string
  description: string
  enabled: boolean
  events: string[]
  kind: WebhookKind
  address: string
  format: string
  authHeader: string
  headers: HeaderRow[]
  skipCertVerify: boolean
  repositories: string
  tags: string
}

export const newWebhook: WebhookDraft = {
  name: '',
  description: '',
  enabled: true,
  events: ['PUSH_ARTIFACT'],
  kind: 'http',
  address: '',
  format: 'Default',
  authHeader: '',
  headers: [],
  skipCertVerify: false,
  repositories: '',
  tags: '',
}

/** Ids of the fields that a problem leads to. */
export const webhookFieldIds = {
  name: 'webhook-name',
  events: 'webhook-events',
  address: 'webhook-address',
  headers: 'webhook-headers',
} as const
export type WebhookProblem = 'nameMissing' | 'eventsMissing' | 'addressInvalid' | 'headerInvalid'

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]{1,64}$/i

/** What the API would refuse, as far as it can be known here. */
export function webhookProblems(draft: WebhookDraft): { fieldId: string; problem: WebhookProblem }[] {
  const found: { fieldId: string; problem: WebhookProblem }[] = []
  if (draft.name.trim() === '') found.push({ fieldId: webhookFieldIds.name, problem: 'nameMissing' })
  if (draft.events.length === 0) found.push({ fieldId: webhookFieldIds.events, problem: 'eventsMissing' })
  const url = URL.parse(draft.address.trim())
  if (!url || !/^https?:$/.test(url.protocol))
    found.push({ fieldId: webhookFieldIds.address, problem: 'addressInvalid' })
  if (usedHeaders(draft).some(({ name, value }) => !HEADER_NAME.test(name) || /[\r\n]/.test(value)))
    found.push({ fieldId: webhookFieldIds.headers, problem: 'headerInvalid' })
  return found
}

const usedHeaders = ({ headers }: WebhookDraft): HeaderRow[] =>
  headers
    .map(({ name, value }) => ({ name: name.trim(), value: value.trim() }))
    .filter(({ name, value }) => name !== '' || value !== '')

/** What the API shows in the place of a secret value; sent back, it means the value that is there. */
export const MASK = '********'

const originOf = (address: string): string => URL.parse(address.trim())?.origin ?? ''

/** A secret is not sent to another host than the one it was given for: it has to be typed again. */
export function needsSecretsAgain(draft: WebhookDraft, start: WebhookDraft): boolean {
  const masked = draft.authHeader === MASK || draft.headers.some(({ value }) => value === MASK)
  return masked && originOf(draft.address) !== originOf(start.address)
}

/** The body of the call; `policy` is the one that is changed. */
export function toWebhookBody(draft: WebhookDraft, policy?: Policy): Policy {
  const [, ...others] = policy?.targets ?? []
  const headers = Object.fromEntries(usedHeaders(draft).map(({ name, value }) => [name, value]))
  const target: Target = {
    type: draft.kind,
    address: draft.address.trim(),
    payload_format: draft.kind === 'slack' ? 'Default' : draft.format,
    auth_header: draft.authHeader,
    skip_cert_verify: draft.skipCertVerify,
    headers,
  }
  return {
    name: draft.name.trim(),
    description: draft.description,
    enabled: draft.enabled,
    event_types: draft.events,
    repository_filter: draft.repositories.trim(),
    tag_filter: draft.tags.trim(),
    targets: [target, ...others],
  }
}

/** Reads a policy as any client may have written it. */
export function fromPolicy(policy: Policy): WebhookDraft {
  const [target] = policy.targets ?? []
  return {
    name: policy.name ?? '',
    description: policy.description ?? '',
    enabled: policy.enabled ?? false,
    events: policy.event_types ?? [],
    kind: target?.type === 'slack' ? 'slack' : 'http',
    address: target?.address ?? '',
    format: target?.payload_format || 'Default',
    authHeader: target?.auth_header ?? '',
    headers: Object.entries(target?.headers ?? {}).map(([name, value]) => ({ name, value: String(value) })),
    skipCertVerify: target?.skip_cert_verify ?? false,
    repositories: policy.repository_filter ?? '',
    tags: policy.tag_filter ?? '',
  }
}
