'use client'
import type { Schemas } from '@berth/contract'
import { Button, ConfirmDialog, Time, useNotify, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import { NewAccessToken } from './new-access-token.tsx'

type AccessToken = Schemas['AccessToken']

/** The viewer's tokens: a person has few, so that all of them stand here. */
export default function AccessTokenList() {
  const t = useTranslations('accessTokens')
  const frozen = useSystemReadOnly()
  const tokens = useApiQuery('listMyAccessTokens', {})
  const [making, setMaking] = useState(false)
  const [revoking, setRevoking] = useState<AccessToken>()
  return (
    <Section title={t('title')} description={t('description')}>
      <div className="flex flex-col gap-4">
        <ProblemBanner error={tokens.error} />
        {tokens.data?.data.length === 0 && <p className="text-13 text-ink-2">{t('empty')}</p>}
        {tokens.data && tokens.data.data.length > 0 && (
          <ul className="divide-y divide-line">
            {tokens.data.data.map((token) => (
              <li key={token.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
                <div className="min-w-0 flex-1">
                  <p className="text-14 font-medium break-words">{token.name}</p>
                  <TokenFacts token={token} />
                </div>
                <Button onClick={() => setRevoking(token)} aria-label={t('revokeOf', { name: token.name })}>
                  {t('revoke')}
                </Button>
              </li>
            ))}
          </ul>
        )}
        {!frozen && (
          <div>
            <Button variant="primary" onClick={() => setMaking(true)}>
              {t('create')}
            </Button>
          </div>
        )}
      </div>
      {making && <NewAccessToken onClose={() => setMaking(false)} />}
      {revoking && <Revoke token={revoking} onClose={() => setRevoking(undefined)} />}
    </Section>
  )
}

function TokenFacts({ token }: { token: AccessToken }) {
  const t = useTranslations('accessTokens')
  const { nowMs } = useUi()
  const { projects, expiration_time: expires, last_used_time: used } = token
  const where = projects === undefined ? t('allProjects') : projects.join(', ') || t('noProjects')
  return (
    <p className="flex flex-wrap gap-x-2 text-12 text-ink-2">
      <code className="font-mono">{token.scopes.join(' ')}</code>
      <span>· {where}</span>
      <span>
        ·{' '}
        {used ? (
          <>
            {t('used')} <Time at={used} />
          </>
        ) : (
          t('neverUsed')
        )}
      </span>
      <span className={expires && Date.parse(expires) <= nowMs ? 'text-bad' : undefined}>
        ·{' '}
        {!expires ? (
          t('noExpiry')
        ) : Date.parse(expires) <= nowMs ? (
          t('expired')
        ) : (
          <>
            {t('expiresAt')} <Time at={expires} />
          </>
        )}
      </span>
    </p>
  )
}

function Revoke({ token, onClose }: { token: AccessToken; onClose: () => void }) {
  const t = useTranslations('accessTokens')
  const notify = useNotify()
  const revoke = useApiMutation('deleteMyAccessToken', ['listMyAccessTokens'])
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('revokeTitle', { name: token.name })}
      confirmLabel={t('revoke')}
      busy={revoke.isPending}
      error={<ProblemBanner error={revoke.error} />}
      onConfirm={() =>
        revoke.mutate(
          { path: { token_id: token.id } },
          {
            onSuccess: () => {
              notify('good', t('revoked', { name: token.name }))
              onClose()
            },
          },
        )
      }
    >
      <p>{t('revokeHelp')}</p>
    </ConfirmDialog>
  )
}
