import type { Schemas } from '@berth/contract'
import { type CronProblem, cronProblem } from './cron-times.ts'
import { type TriggerType, triggerOf } from './trigger.ts'

type Policy = Schemas['ReplicationPolicy']
type Registry = Schemas['Registry']

export const filterTypes = ['name', 'tag', 'semver', 'newest', 'label', 'resource'] as const
export type FilterType = (typeof filterTypes)[number]
/** Labels stand one in a line, since their names may hold anything else. */
export type FilterDraft = { type: FilterType; value: string; excludes: boolean }
/** Bits a second, as network people count them. */
export const speedUnits = { kbit: 1, mbit: 1_000 } as const
export type SpeedUnit = keyof typeof speedUnits

export interface PolicyDraft {
  name: string
  description: string
  direction: 'push' | 'pull'
  /** Of a select: the id as a text; empty as long as none is chosen. */
  registryId: string
  filters: FilterDraft[]
  namespace: string
  flatten: 'all' | 'last' | 'some'
  replaceCount: string
  trigger: TriggerType
  cron: string
  override: boolean
  deletion: boolean
  singleActive: boolean
  copyByChunk: boolean
  mirror: boolean
  enabled: boolean
  speed: string
  speedUnit: SpeedUnit
}

export const newPolicy: PolicyDraft = {
  name: '',
  description: '',
  direction: 'push',
  registryId: '',
  filters: [{ type: 'name', value: '', excludes: false }],
  namespace: '',
  flatten: 'all',
  replaceCount: '1',
  trigger: 'manual',
  cron: '0 0 2 * * *',
  override: true,
  deletion: false,
  singleActive: false,
  copyByChunk: false,
  mirror: false,
  enabled: true,
  speed: '',
  speedUnit: 'mbit',
}

export const policyFieldIds = {
  name: 'policy-name',
  registry: 'policy-registry',
  filters: 'policy-filters',
  namespace: 'policy-namespace',
  replaceCount: 'policy-replace-count',
  trigger: 'policy-trigger',
  cron: 'policy-cron',
  speed: 'policy-speed',
  deletion: 'policy-deletion',
} as const
export const filterFieldId = (index: number): string => `policy-filter-${index}`

export type PolicyProblem =
  | 'nameMissing'
  | 'registryMissing'
  | 'namesNeeded'
  | 'namespaceNeeded'
  | 'newestInvalid'
  | 'namespaceInvalid'
  | 'replaceCountInvalid'
  | 'eventNeedsPush'
  | CronProblem
  | 'speedInvalid'
  | 'deletesNothing'

const NAMESPACE = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/
const isWhole = (text: string, min: number, max: number) =>
  /^\d{1,10}$/.test(text.trim()) && Number(text) >= min && Number(text) <= max
/** Kilobits a second, at most. */
const MAX_SPEED = 2_147_483_647

const wholeApi = ['berth', 'harbor']
/** Which repositories they have has to be known; of Google's two only Container Registry says it. */
const isUnlisted = (registry: Registry | undefined): boolean =>
  ['github-ghcr', 'gitlab'].includes(registry?.type ?? '') ||
  (registry?.type === 'google-gcr' && /\.pkg\.dev(?::\d+)?\/?$/.test(registry.url ?? ''))
/** They list one namespace at a time. */
const byNamespace = ['docker-hub', 'quay', 'jfrog-artifactory']
const undeletable = ['docker-hub', 'github-ghcr', 'aws-ecr']

/** A filter of another type: what was typed stays, unless the other one is chosen from a list. */
export const withType = (filter: FilterDraft, type: FilterType): FilterDraft => {
  const typed = filter.type === 'resource' ? '' : filter.value
  return {
    type,
    value: type === 'resource' ? 'image' : typed,
    excludes: filter.excludes && (type === 'tag' || type === 'label'),
  }
}

/** Whether both ways are possible: the other side has to tell what it has, under the same names. */
export const canMirror = (draft: PolicyDraft, registry: Registry | undefined): boolean =>
  wholeApi.includes(registry?.type ?? '') && draft.namespace.trim() === ''

const used = ({ filters }: PolicyDraft): FilterDraft[] => filters.filter(({ value }) => value.trim() !== '')

/** As `team/**` and `{one/*,two/*}`; the API looks more closely. */
const namesNamespace = ({ type, value }: FilterDraft): boolean =>
  type === 'name' && /^\{?[^*?[\\]+\//.test(value.trim())

type Found = { fieldId: string; problem: PolicyProblem }

/** What the API would refuse, as far as it can be known here. */
export function policyProblems(draft: PolicyDraft, registry: Registry | undefined): Found[] {
  const named = draft.name.trim() === '' ? [found('name', 'nameMissing')] : []
  return [...named, ...runProblems(draft, registry)]
}

const found = (field: keyof typeof policyFieldIds, problem: PolicyProblem): Found => ({
  fieldId: policyFieldIds[field],
  problem,
})

/** The same without the name: what a preview needs. */
export function runProblems(draft: PolicyDraft, registry: Registry | undefined): Found[] {
  const all: Found[] = []
  const type = registry?.type ?? ''
  const pulls = draft.direction === 'pull'
  if (draft.registryId === '') all.push(found('registry', 'registryMissing'))
  draft.filters.forEach(({ type: kind, value }, index) => {
    const fieldId = filterFieldId(index)
    if (value.trim() === '') return
    if (kind === 'newest' && !isWhole(value, 1, 100_000)) all.push({ fieldId, problem: 'newestInvalid' })
  })
  const names = used(draft).filter(({ type: kind, value }) => kind === 'name' && !/[*?[\\]/.test(value))
  if (pulls && isUnlisted(registry) && names.length === 0) all.push(found('filters', 'namesNeeded'))
  if (pulls && byNamespace.includes(type) && names.length === 0 && !used(draft).some(namesNamespace))
    all.push(found('filters', 'namespaceNeeded'))
  const namespace = draft.namespace.trim().replace(/^\/+|\/+$/g, '')
  if (namespace !== '' && !NAMESPACE.test(namespace)) all.push(found('namespace', 'namespaceInvalid'))
  if (namespace !== '' && draft.flatten === 'some' && !isWhole(draft.replaceCount, 1, 127))
    all.push(found('replaceCount', 'replaceCountInvalid'))
  if (draft.trigger === 'event_based' && pulls) all.push(found('trigger', 'eventNeedsPush'))
  if (draft.trigger === 'scheduled') {
    const problem = cronProblem(draft.cron, Date.now())
    if (problem) all.push(found('cron', problem))
  }
  if (draft.speed.trim() !== '' && !isWhole(draft.speed, 0, MAX_SPEED / speedUnits[draft.speedUnit]))
    all.push(found('speed', 'speedInvalid'))
  if (draft.deletion && !pulls && undeletable.includes(type)) all.push(found('deletion', 'deletesNothing'))
  return all
}

const counts = { all: () => 0, last: () => -1, some: (text: string) => Number(text) }

export function toPolicyBody(draft: PolicyDraft, registry: Registry | undefined): Policy {
  const end = { id: Number(draft.registryId) }
  const here = { id: 0 }
  const pulls = draft.direction === 'pull'
  return {
    name: draft.name.trim(),
    description: draft.description.trim(),
    src_registry: pulls ? end : here,
    dest_registry: pulls ? here : end,
    filters: used(draft).map(toFilter),
    dest_namespace: draft.namespace.trim(),
    dest_namespace_replace_count: counts[draft.flatten](draft.replaceCount),
    trigger: {
      type: draft.trigger,
      ...(draft.trigger === 'scheduled' && { trigger_settings: { cron: draft.cron.trim() } }),
    },
    override: draft.override,
    deletion: draft.deletion,
    // Events are never skipped: the API takes the two together for a mistake.
    single_active_replication: draft.singleActive && draft.trigger !== 'event_based',
    copy_by_chunk: draft.copyByChunk,
    mirror: draft.mirror && canMirror(draft, registry),
    enabled: draft.enabled,
    speed: Number(draft.speed) * speedUnits[draft.speedUnit],
  }
}

/** With the id of a saved mirror, as long as it goes between the same two: what both had says what a run would do. */
export function toPreviewBody(
  draft: PolicyDraft,
  registry: Registry | undefined,
  saved: Policy | undefined,
): Policy {
  const body = toPolicyBody(draft, registry)
  const before = saved && fromPolicy(saved)
  const isSame =
    body.mirror &&
    saved?.mirror &&
    before?.registryId === draft.registryId &&
    before.direction === draft.direction
  return { ...body, ...(isSame && { id: saved.id }) }
}

function toFilter({ type, value, excludes }: FilterDraft): Schemas['ReplicationFilter'] {
  const decoration =
    type === 'tag' || type === 'label' ? { decoration: excludes ? 'excludes' : 'matches' } : {}
  const labels = type === 'label' && value.split('\n').map((line) => line.trim())
  return { type, value: labels ? labels.filter(Boolean) : value.trim(), ...decoration }
}

/** Reads a policy as any client may have written it. */
export function fromPolicy(policy: Policy): PolicyDraft {
  const { src_registry: source, dest_registry: target, trigger, speed = 0 } = policy
  const pulls = !!source?.id
  const count = policy.dest_namespace_replace_count ?? -1
  const inMbit = speed > 0 && speed % 1_000 === 0
  return {
    ...newPolicy,
    name: policy.name ?? '',
    description: policy.description ?? '',
    direction: pulls ? 'pull' : 'push',
    registryId: String((pulls ? source?.id : target?.id) ?? ''),
    filters: (policy.filters ?? []).flatMap(fromFilter),
    namespace: policy.dest_namespace ?? '',
    flatten: count < 0 ? 'last' : count === 0 ? 'all' : 'some',
    replaceCount: count > 0 ? String(count) : newPolicy.replaceCount,
    trigger: triggerOf(policy),
    cron: trigger?.trigger_settings?.cron || newPolicy.cron,
    override: policy.override ?? false,
    deletion: policy.deletion ?? false,
    singleActive: policy.single_active_replication ?? false,
    copyByChunk: policy.copy_by_chunk ?? false,
    mirror: policy.mirror ?? false,
    enabled: policy.enabled ?? false,
    speed: speed > 0 ? String(inMbit ? speed / 1_000 : speed) : '',
    speedUnit: inMbit || speed <= 0 ? 'mbit' : 'kbit',
  }
}

function fromFilter({ type, value, decoration }: Schemas['ReplicationFilter']): FilterDraft[] {
  const known = filterTypes.find((one) => one === type)
  if (!known) return []
  const text = Array.isArray(value) ? value.join('\n') : String(value ?? '')
  return [{ type: known, value: text, excludes: decoration === 'excludes' }]
}
