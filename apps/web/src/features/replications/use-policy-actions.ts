'use client'
import type { Schemas } from '@berth/contract'
import { useNotify } from '@berth/ui'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { api, useApiMutation } from '@/data/use-api.ts'
import { useProblem } from '@/features/frame/problem.tsx'
import { executionPath } from './replication-input.ts'

type Policy = Schemas['ReplicationPolicy']

/** What can be done with a policy at once; what went wrong is told as a notice. */
export function usePolicyActions({ id = 0, name = '', enabled = false }: Policy) {
  const t = useTranslations('replications')
  const router = useRouter()
  const notify = useNotify()
  const describe = useProblem()
  const lists = ['listReplicationExecutions', 'listReplicationPolicies', 'getReplicationMap'] as const
  const start = useApiMutation('startReplication', [...lists])
  const update = useApiMutation('updateReplicationPolicy', [
    'listReplicationPolicies',
    'getReplicationPolicy',
    'getReplicationMap',
  ])
  const onError = (error: unknown) => notify('bad', describe(error).said)
  return {
    starting: start.isPending,
    updating: update.isPending,
    /** Begins a run and goes to it. */
    run: () =>
      start.mutate(
        { body: { policy_id: id } },
        {
          onError,
          onSuccess: ({ headers }) => {
            const execution = Number(headers.get('location')?.split('/').at(-1))
            if (execution) router.push(executionPath(id, execution))
          },
        },
      ),
    /** Of the policy as it is now: the page may have read it long ago, and writing means all of it. */
    toggle: async () => {
      const stored = await api.call('getReplicationPolicy', { path: { id } }).catch(onError)
      if (!stored) return
      update.mutate(
        { path: { id }, body: { ...stored.data, enabled: !enabled } },
        { onError, onSuccess: () => notify('good', t(enabled ? 'disabledNow' : 'enabledNow', { name })) },
      )
    },
  }
}
