'use client'
import type { Schemas } from '@berth/contract'
import { Button, Dotted, Time, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'

type AccessToken = Schemas['AccessToken']
type Props = { tokens: AccessToken[]; onRevoke: (token: AccessToken) => void }

/** Tokens with what each is for, and how to revoke it. */
export function TokenRows({ tokens, onRevoke }: Props) {
  const t = useTranslations('accessTokens')
  return (
    <ul className="divide-y divide-line">
      {tokens.map((token) => (
        <li key={token.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
          <div className="min-w-0 flex-1">
            <p className="text-14 font-medium break-words">{token.name}</p>
            <TokenFacts token={token} />
          </div>
          <Button onClick={() => onRevoke(token)} aria-label={t('revokeOf', { name: token.name })}>
            {t('revoke')}
          </Button>
        </li>
      ))}
    </ul>
  )
}

function TokenFacts({ token }: { token: AccessToken }) {
  const t = useTranslations('accessTokens')
  const { nowMs } = useUi()
  const { projects, expiration_time: expires, last_used_time: used } = token
  const where = projects === undefined ? t('allProjects') : projects.join(', ') || t('noProjects')
  return (
    <Dotted>
      <code className="font-mono">{token.scopes.join(' ')}</code>
      <span>{where}</span>
      <span>
        {used ? (
          <>
            {t('used')} <Time at={used} />
          </>
        ) : (
          t('neverUsed')
        )}
      </span>
      <span className={expires && Date.parse(expires) <= nowMs ? 'text-bad' : undefined}>
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
    </Dotted>
  )
}
