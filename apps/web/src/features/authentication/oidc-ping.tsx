'use client'
import { ApiError } from '@berth/contract'
import { Banner, Button } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiMutation } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'

/** Asks the provider for its description, at the address as it stands in the form, saved or not. */
export default function OidcPing({ url, verifyCert }: { url: string; verifyCert: boolean }) {
  const t = useTranslations('authentication.oidc')
  const ping = useApiMutation('pingOIDC')
  const asked = ping.variables?.body
  const refused = ping.error instanceof ApiError && ping.error.status === 400 ? ping.error : undefined
  // An answer about another address says nothing about this one.
  const current = asked?.url === url.trim() && asked?.verify_cert === verifyCert
  return (
    <Section title={t('ping')} description={t('pingHelp')}>
      <div className="flex flex-col gap-3">
        <div>
          <Button
            icon="compare"
            busy={ping.isPending}
            disabled={url.trim() === ''}
            onClick={() => ping.mutate({ body: { url: url.trim(), verify_cert: verifyCert } })}
          >
            {t('pingAction')}
          </Button>
        </div>
        <div role="status">
          {current && ping.isSuccess && <Banner tone="good" title={t('pingWorks')} />}
          {current && refused && (
            <Banner tone="bad" title={t('pingFails')}>
              <span lang="en" className="break-words">
                {refused.errors[0]?.message}
              </span>
            </Banner>
          )}
        </div>
        {!refused && <ProblemBanner error={ping.error} />}
      </div>
    </Section>
  )
}
