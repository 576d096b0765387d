import type { CallInput } from '@berth/contract'
import { asPart } from '../../data/as-part.ts'
import { readListState } from '../../data/list-state.ts'
import { projectInput } from '../projects/project-input.ts'

export const webhookPageSize = 25

/** Where the webhooks of a project are shown. */
export const webhooksPath = (project: string): string => `/projects/${encodeURIComponent(project)}/webhooks`

type Params = { get(name: string): string | null }

export function webhooksInput(project: string, params: Params): CallInput<'ListWebhookPoliciesOfProject'> {
  const { q, page } = readListState(params, [])
  return {
    ...projectInput(project),
    query: {
      page,
      page_size: webhookPageSize,
      sort: 'name',
      ...(q && { q: `name=~${asPart(q)}` }),
    },
  }
}

export function webhookInput(project: string, id: number) {
  const { path, headers } = projectInput(project)
  return { path: { ...path, webhook_policy_id: id }, headers }
}
