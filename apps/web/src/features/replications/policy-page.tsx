'use client'
import { Badge, Button, ButtonLink, Icon, Menu, type MenuItem } from '@berth/ui'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { lazy, Suspense, useState } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { useCrumbName } from '@/features/frame/crumb-names.ts'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import { ExecutionList } from './execution-list.tsx'
import { policyInput, policyPath, replicationsPath } from './replication-input.ts'
import { triggerOf } from './trigger.ts'
import { usePolicyActions } from './use-policy-actions.ts'

// Drawn by the server; what makes it live is no part of the first load.
const PolicyFacts = lazy(() => import('./policy-facts.tsx'))
const DeletePolicy = lazy(() => import('./delete-policy.tsx'))

/** One policy: what it does, and its runs. */
export function PolicyPage({ id }: { id: number }) {
  const t = useTranslations('replications')
  const router = useRouter()
  const frozen = useSystemReadOnly()
  const query = useApiQuery('getReplicationPolicy', policyInput(id))
  const policy = query.data?.data
  const { run, starting, toggle, updating } = usePolicyActions(policy ?? {})
  const [deleting, setDeleting] = useState(false)
  useCrumbName(policyPath(id), policy?.name)
  if (!policy) return <ProblemBanner error={query.error} />
  const { name = '', enabled = false } = policy
  const items: MenuItem[] = [
    { label: t(enabled ? 'disable' : 'enable'), icon: enabled ? 'lock' : 'check', onSelect: toggle },
    { kind: 'line' },
    { label: t('delete.action'), icon: 'trash', danger: true, onSelect: () => setDeleting(true) },
  ]
  return (
    <div className="flex flex-col gap-6">
      <PageHeader
        title={
          <span className="inline-flex flex-wrap items-center gap-2">
            {name}
            {!enabled && <Badge>{t('off')}</Badge>}
          </span>
        }
        description={policy.description}
        actions={
          <>
            <ButtonLink href={`${replicationsPath}/map`} variant="quiet">
              {t('map.link')}
            </ButtonLink>
            {!frozen && (
              <>
                <ButtonLink icon="edit" href={`${policyPath(id)}/edit`}>
                  {t('edit')}
                </ButtonLink>
                {enabled ? (
                  <Button variant="primary" icon="replicate" busy={starting} onClick={run}>
                    {t('run')}
                  </Button>
                ) : (
                  <Button variant="primary" busy={updating} onClick={toggle}>
                    {t('enable')}
                  </Button>
                )}
                <Menu label={t('menu', { name })} trigger={<Icon name="more" />} items={items} />
              </>
            )}
          </>
        }
      />
      <Suspense>
        <PolicyFacts policy={policy} />
      </Suspense>
      <ExecutionList policyId={id} trigger={triggerOf(policy)} />
      {deleting && (
        <Suspense>
          <DeletePolicy
            policy={policy}
            onClose={() => setDeleting(false)}
            onDone={() => router.push(replicationsPath)}
          />
        </Suspense>
      )}
    </div>
  )
}
