'use client'
import type { Schemas } from '@berth/contract'
import { Button, Status } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { useApiMutation } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { type RegistryDraft, toPing } from './registry-draft.ts'

type Props = {
  draft: RegistryDraft
  known: Schemas['Registry'] | undefined
  ping: ReturnType<typeof useApiMutation<'pingRegistry'>>
  isReady: () => boolean
}

/** Asks the registry as it is typed now; what came of it stays until something else is typed. */
export function TestConnection({ draft, known, ping, isReady }: Props) {
  const t = useTranslations('registries.form')
  const [tested, setTested] = useState('')
  const body = toPing(draft, known)
  const current = JSON.stringify(body) === tested
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-3">
        <Button
          icon="check"
          busy={ping.isPending}
          onClick={() => {
            if (!isReady()) return
            setTested(JSON.stringify(body))
            ping.mutate({ body })
          }}
        >
          {t('test')}
        </Button>
        <span role="status" className="text-13">
          {current && ping.isSuccess && <Status tone="good">{t('testGood')}</Status>}
        </span>
      </div>
      {current && <ProblemBanner error={ping.error} />}
    </div>
  )
}
