'use client'
import type { Schemas } from '@berth/contract'
import { ConfirmDialog, useNotify } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'

type Props = { registry: Schemas['Registry']; onClose: () => void }

const SHOWN = 10

/** Names the policies that would go with it. */
export default function DeleteRegistry({ registry, onClose }: Props) {
  const t = useTranslations('registries.delete')
  const notify = useNotify()
  const { id = 0, name = '' } = registry
  const ofSide = (side: 'src' | 'dest') => ({
    query: { q: `${side}_registry_id=${id}`, sort: 'name', page_size: 100 },
  })
  const queries = [
    useApiQuery('listReplicationPolicies', ofSide('src')),
    useApiQuery('listReplicationPolicies', ofSide('dest')),
  ]
  const policies = queries.flatMap((query) => query.data?.data ?? []).map((policy) => policy.name ?? '')
  const count = queries.reduce((sum, query) => sum + (query.data?.total ?? 0), 0)
  const remove = useApiMutation('deleteRegistry', ['listRegistries', 'listReplicationPolicies'])
  const problem = remove.error ?? queries.find((query) => query.error)?.error ?? null
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('title', { name })}
      confirmLabel={t('confirm', { count })}
      busy={remove.isPending || queries.some((query) => query.isPending)}
      error={<ProblemBanner error={problem} />}
      onConfirm={() =>
        remove.mutate(
          { path: { id }, query: { with_policies: count > 0 } },
          {
            onSuccess: () => {
              notify('good', t('done', { name }))
              onClose()
            },
          },
        )
      }
    >
      <p>{t('images')}</p>
      {count > 0 && (
        <>
          <p className="mt-2">{t('policies', { count })}</p>
          <ul className="mt-1 list-disc pl-5 text-13">
            {policies.slice(0, SHOWN).map((policy) => (
              <li key={policy} className="wrap-anywhere">
                {policy}
              </li>
            ))}
          </ul>
          {count > SHOWN && (
            <p className="mt-1 text-13 text-ink-2">{t('others', { count: count - SHOWN })}</p>
          )}
        </>
      )}
    </ConfirmDialog>
  )
}
