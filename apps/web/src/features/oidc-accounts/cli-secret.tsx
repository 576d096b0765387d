'use client'
import { Banner, Button, CopyButton } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiMutation } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'

/** For people of the provider, who have no password here. Berth cannot show the secret a second time. */
export default function CliSecret() {
  const t = useTranslations('oidcAccounts')
  const frozen = useSystemReadOnly()
  const create = useApiMutation('createCliSecret')
  const secret = create.data?.data.secret
  return (
    <Section title={t('title')} description={t('help')}>
      <div className="flex min-w-0 flex-col items-start gap-4">
        <ProblemBanner error={create.error} />
        {secret && (
          <div role="status" className="flex w-full min-w-0 flex-col gap-3">
            <Banner tone="warn" title={t('once')}>
              {t('onceHelp')}
            </Banner>
            <span className="flex items-start gap-1">
              <code className="min-w-0 py-0.5 font-mono text-13 break-all">{secret}</code>
              <CopyButton text={secret} />
            </span>
          </div>
        )}
        <Button busy={create.isPending} disabled={frozen} onClick={() => create.mutate({})}>
          {t('make')}
        </Button>
      </div>
    </Section>
  )
}
