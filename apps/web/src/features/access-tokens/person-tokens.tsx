'use client'
import type { Schemas } from '@berth/contract'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'
import { RevokeToken } from './revoke-token.tsx'
import { TokenRows } from './token-rows.tsx'

/** Somebody else's tokens, for administrators: to be seen and revoked, never made. */
export default function PersonTokens({ id, name }: { id: number; name: string }) {
  const t = useTranslations('accessTokens')
  const path = { user_id: id }
  const tokens = useApiQuery('listAccessTokens', { path })
  const revoke = useApiMutation('deleteAccessToken', ['listAccessTokens'])
  const [revoking, setRevoking] = useState<Schemas['AccessToken']>()
  const rows = tokens.data?.data
  return (
    <Section title={t('title')} description={t('ofPerson', { name })}>
      <ProblemBanner error={tokens.error} />
      {rows?.length === 0 && <p className="text-13 text-ink-2">{t('noneOfPerson', { name })}</p>}
      {rows && rows.length > 0 && <TokenRows tokens={rows} onRevoke={setRevoking} />}
      {revoking && (
        <RevokeToken
          name={revoking.name}
          revoke={() => revoke.mutateAsync({ path: { ...path, token_id: revoking.id } })}
          onClose={() => setRevoking(undefined)}
        />
      )}
    </Section>
  )
}
