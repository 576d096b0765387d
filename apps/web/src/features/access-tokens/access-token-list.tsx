'use client'
import type { Schemas } from '@berth/contract'
import { Button } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import { NewAccessToken } from './new-access-token.tsx'
import { RevokeToken } from './revoke-token.tsx'
import { TokenRows } from './token-rows.tsx'

/** The viewer's tokens: a person has few, so that all of them stand here. */
export default function AccessTokenList() {
  const t = useTranslations('accessTokens')
  const frozen = useSystemReadOnly()
  const tokens = useApiQuery('listMyAccessTokens', {})
  const revoke = useApiMutation('deleteMyAccessToken', ['listMyAccessTokens'])
  const [making, setMaking] = useState(false)
  const [revoking, setRevoking] = useState<Schemas['AccessToken']>()
  const rows = tokens.data?.data
  return (
    <Section title={t('title')} description={t('description')}>
      <div className="flex flex-col gap-4">
        <ProblemBanner error={tokens.error} />
        {rows?.length === 0 && <p className="text-13 text-ink-2">{t('empty')}</p>}
        {rows && rows.length > 0 && <TokenRows tokens={rows} onRevoke={setRevoking} />}
        {!frozen && (
          <div>
            <Button variant="primary" onClick={() => setMaking(true)}>
              {t('create')}
            </Button>
          </div>
        )}
      </div>
      {making && <NewAccessToken onClose={() => setMaking(false)} />}
      {revoking && (
        <RevokeToken
          name={revoking.name}
          revoke={() => revoke.mutateAsync({ path: { token_id: revoking.id } })}
          onClose={() => setRevoking(undefined)}
        />
      )}
    </Section>
  )
}
