import type { Schemas } from '@berth/contract'
import type { Core } from '@berth/core'
import {
  getReplicationMap,
  type MapLine,
  type PreviewItem,
  type PreviewProblem,
  previewPolicy,
  showStatus,
} from '@berth/core/replications'
import type { Handlers } from './handler.ts'
import { toId } from './references.ts'
import { presentRegistry } from './registries.ts'
import { policyInput } from './replications.ts'
import { ok } from './replies.ts'

const presentItem = (item: PreviewItem): Schemas['ReplicationPreviewItem'] => ({
  action: item.action,
  source: item.source,
  destination: item.destination,
  tags: item.tags,
  digest: item.digest,
  ...(item.sizeBytes !== undefined && { size_bytes: item.sizeBytes }),
  direction: item.direction,
  reason: item.reason,
})

const presentLine = ({ policy, from, to, last }: MapLine): Schemas['ReplicationMapLine'] => ({
  policy_id: policy.id,
  policy_name: policy.name,
  from,
  to,
  mirror: policy.mirror,
  trigger: policy.triggerKind,
  enabled: policy.enabled,
  ...(last && {
    last_execution: {
      id: last.id,
      status: showStatus(last.status),
      start_time: last.startedAt.toISOString(),
      ...(last.endedAt && { end_time: last.endedAt.toISOString() }),
      failed: last.tasks.Error,
      bytes_total: last.totalBytes,
      ...(last.pausedUntil && { paused_until: last.pausedUntil.toISOString() }),
    },
  }),
})

const presentProblem = (problem: PreviewProblem): Schemas['ReplicationPreviewProblem'] => ({
  ...(problem.repository !== undefined && { repository: problem.repository }),
  reason: problem.sentence,
  reason_code: problem.reason,
})

const here = (core: Core): Schemas['ReplicationMapRegistry'] => ({
  id: 0,
  name: 'Local',
  type: 'berth',
  url: core.settings.externalUrl,
  status: 'healthy',
  more_lines: 0,
})

export const replicationAnswers: Handlers<'previewReplicationPolicy' | 'getReplicationMap'> = {
  async previewReplicationPolicy({ core, actor, body, request }) {
    const input = { ...policyInput(body), ...(body.id && { id: toId(body.id) }) }
    const preview = await previewPolicy(core, actor, input, { signal: request.gone?.() })
    return ok({
      items: preview.items.map(presentItem),
      total: preview.total,
      bytes: preview.bytes,
      bytes_known: preview.bytesKnown,
      in_step: preview.inStep,
      repositories: preview.repositories,
      complete: preview.complete,
      problems: preview.problems.map(presentProblem),
    })
  },

  async getReplicationMap({ core, actor }) {
    const { registries, lines, leftOut } = await getReplicationMap(core, actor)
    const others = registries.map((registry) => {
      const { id, name, type, url, status } = registry
      const { checked_time, failing_since, paused_until } = presentRegistry(registry)
      return {
        ...{ id, name, type, url, status },
        ...(checked_time && { checked_time }),
        ...(failing_since && { failing_since }),
        ...(paused_until && { paused_until }),
        more_lines: leftOut.get(id) ?? 0,
      }
    })
    return ok({ registries: [here(core), ...others], lines: lines.map(presentLine) })
  },
}
