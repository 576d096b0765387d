import type { CallInput, Schemas } from '@berth/contract'
import { readListState } from '../../data/list-state.ts'

export const policyPageSize = 25
export const executionPageSize = 15
export const taskPageSize = 25

export const replicationsPath = '/replications'
export const policyPath = (id: number): string => `${replicationsPath}/${id}`
export const executionPath = (policy: number, id: number): string => `${policyPath(policy)}/executions/${id}`

type Params = { get(name: string): string | null }

export function policiesInput(params: Params): CallInput<'listReplicationPolicies'> {
  const { q, page } = readListState(params, [])
  return {
    query: {
      page,
      page_size: policyPageSize,
      sort: 'name',
      with_last_execution: true,
      ...(q && { name: q }),
    },
  }
}

export const policyInput = (id: number): CallInput<'getReplicationPolicy'> => ({ path: { id } })

/** The first of the registries that a policy can name. */
export const endsInput = { query: { page_size: 100, sort: 'name' } } satisfies CallInput<'listRegistries'>

export const executionStatuses = ['InProgress', 'Succeed', 'Failed', 'Stopped'] as const
export const taskStatuses = ['Pending', ...executionStatuses] as const
export type TaskStatus = (typeof taskStatuses)[number]

export const readStatus = (params: Params): TaskStatus | undefined =>
  taskStatuses.find((status) => status === params.get('status'))

export function executionsInput(policy: number, params: Params): CallInput<'listReplicationExecutions'> {
  const { page } = readListState(params, [])
  const status = readStatus(params)
  return { query: { policy_id: policy, page, page_size: executionPageSize, ...(status && { status }) } }
}

export const executionInput = (id: number): CallInput<'getReplicationExecution'> => ({ path: { id } })

export function tasksInput(id: number, params: Params): CallInput<'listReplicationTasks'> {
  const { page } = readListState(params, [])
  const status = readStatus(params)
  return { path: { id }, query: { page, page_size: taskPageSize, ...(status && { status }) } }
}

export function missingInput(id: number, params: Params): CallInput<'listReplicationMissing'> {
  return { path: { id }, query: { page: readListState(params, []).page, page_size: taskPageSize } }
}

/** How many tasks brought nothing to its place. */
export const missingOf = ({ failed = 0, stopped = 0 }: Schemas['ReplicationExecution']): number =>
  failed + stopped

/** How many of these go again all at once: deletions in doubt go one by one. */
export const retriedOf = (execution: Schemas['ReplicationExecution']): number =>
  missingOf(execution) - (execution.doubtful ?? 0)

/** The repository of a task's text; its tags, which stand behind it as Harbor has it, have a place of their own. */
export const bare = (resource = ''): string => resource.replace(/:\[[^\]]*\]$/, '')
