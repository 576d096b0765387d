'use client'
import { Dialog } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'

/** What a run wrote while it worked. */
export default function PurgeLog({ id, onClose }: { id: number; onClose: () => void }) {
  const t = useTranslations('audit.purge')
  const query = useApiQuery('getPurgeJobLog', { path: { purge_id: id } })
  return (
    <Dialog open onClose={onClose} title={t('logTitle', { id })}>
      <ProblemBanner error={query.error} />
      {query.data && (
        <pre
          lang="en"
          className="max-h-96 overflow-auto rounded-md bg-sunken p-3 font-mono text-12 whitespace-pre-wrap"
        >
          {String(query.data.data) || t('logEmpty')}
        </pre>
      )}
    </Dialog>
  )
}
