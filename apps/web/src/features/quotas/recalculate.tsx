'use client'
import type { Schemas } from '@berth/contract'
import { Button, Bytes, Count, Dialog, Status, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiMutation } from '@/data/use-api.ts'
import { Fact, Facts } from '@/features/frame/facts.tsx'
import { ProblemBanner } from '@/features/frame/problem.tsx'

type Props = { quota: Schemas['Quota']; onClose: () => void }

/** Counts a project again and says what was wrong. */
export default function Recalculate({ quota, onClose }: Props) {
  const t = useTranslations('quotas.recalculate')
  const { words } = useUi()
  const count = useApiMutation('recalculateQuota', ['listQuotas', 'getProjectSummary', 'getProjectStorage'])
  const result = count.data?.data
  const changed = result && (result.mended_blobs > 0 || result.used !== result.used_before)
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('title', { project: String(quota.ref.name) })}
      footer={
        result ? (
          <Button variant="primary" onClick={onClose}>
            {words.close}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{words.cancel}</Button>
            <Button
              variant="primary"
              busy={count.isPending}
              onClick={() => count.mutate({ path: { id: quota.id } })}
            >
              {t('submit')}
            </Button>
          </>
        )
      }
    >
      <ProblemBanner error={count.error} />
      <div role="status" className="flex flex-col gap-3">
        {result ? (
          <>
            <p>
              <Status tone={changed ? 'warn' : 'good'}>{t(changed ? 'mended' : 'exact')}</Status>
            </p>
            <Facts>
              <Fact name={t('before')}>
                <Bytes sizeBytes={result.used_before} />
              </Fact>
              <Fact name={t('now')}>
                <Bytes sizeBytes={result.used} />
              </Fact>
              <Fact name={t('blobs')}>
                <Count value={result.mended_blobs} />
              </Fact>
              <Fact name={t('sizes')}>
                <Count value={result.resized_blobs} />
              </Fact>
            </Facts>
          </>
        ) : (
          <p>{t('help')}</p>
        )}
      </div>
    </Dialog>
  )
}
