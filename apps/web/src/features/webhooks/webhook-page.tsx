'use client'
import { Banner, Button, Tabs, useNotify } from '@berth/ui'
import { usePathname, useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { useCrumbName } from '@/features/frame/crumb-names.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { usePermissions, useProject } from '@/features/projects/use-project.ts'
import { webhookInput, webhooksPath } from './webhook-input.ts'
import { WebhookStatus } from './webhook-status.tsx'

const DeleteWebhook = lazy(() => import('./delete-webhook.tsx'))
const TestWebhook = lazy(() => import('./test-webhook.tsx'))
const SigningSecret = lazy(() => import('./signing-secret.tsx'))

type Question = 'test' | 'secret' | 'delete'

/** One webhook: its state, what can be done with it, and the page chosen. */
export function WebhookPage({ project, id, children }: { project: string; id: number; children: ReactNode }) {
  const t = useTranslations('webhooks')
  const router = useRouter()
  const notify = useNotify()
  const pathname = usePathname()
  const can = usePermissions(useProject(project)?.project_id)
  const input = webhookInput(project, id)
  const query = useApiQuery('GetWebhookPolicyOfProject', input)
  const enable = useApiMutation('UpdateWebhookPolicyOfProject', [
    'GetWebhookPolicyOfProject',
    'ListWebhookPoliciesOfProject',
  ])
  const [asking, setAsking] = useState<Question>()
  const policy = query.data?.data
  const base = `${webhooksPath(project)}/${id}`
  useCrumbName(base, policy?.name)
  if (!policy) return <ProblemBanner error={query.error} />
  const may = can('notification-policy', 'update')
  const close = () => setAsking(undefined)
  return (
    <div className="flex flex-col gap-4">
      <header className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="flex min-w-0 flex-wrap items-center gap-2 text-16 font-semibold">
          <span className="min-w-0 break-words">{policy.name}</span>
          <WebhookStatus policy={policy} />
        </h2>
        <span className="flex flex-wrap gap-2">
          {may && <Button onClick={() => setAsking('test')}>{t('test.action')}</Button>}
          {may && (
            <Button icon="key" onClick={() => setAsking('secret')}>
              {t('secret.action')}
            </Button>
          )}
          {can('notification-policy', 'delete') && (
            <Button icon="trash" onClick={() => setAsking('delete')}>
              {t('delete.action')}
            </Button>
          )}
        </span>
      </header>
      {!policy.enabled && policy.disabled_reason && (
        <Banner
          tone="bad"
          title={t('disabledTitle')}
          action={
            may && (
              <Button
                size="sm"
                busy={enable.isPending}
                onClick={() =>
                  enable.mutate(
                    { ...input, body: { enabled: true } },
                    { onSuccess: () => notify('good', t('enabledNow', { name: policy.name ?? '' })) },
                  )
                }
              >
                {t('enable')}
              </Button>
            )
          }
        >
          <span lang="en">{policy.disabled_reason}</span>
        </Banner>
      )}
      <ProblemBanner error={enable.error} />
      <Tabs
        label={t('tabs.label')}
        tabs={[
          { label: t('tabs.deliveries'), href: base, current: pathname === base },
          { label: t('tabs.settings'), href: `${base}/settings`, current: pathname !== base },
        ]}
      />
      {children}
      <Suspense>
        {asking === 'test' && <TestWebhook project={project} policy={policy} onClose={close} />}
        {asking === 'secret' && <SigningSecret project={project} policy={policy} onClose={close} />}
        {asking === 'delete' && (
          <DeleteWebhook
            project={project}
            policy={policy}
            onClose={close}
            onDone={() => router.push(webhooksPath(project))}
          />
        )}
      </Suspense>
    </div>
  )
}
