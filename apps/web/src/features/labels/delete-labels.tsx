'use client'
import { useTranslations } from 'next-intl'
import { api, useApiQuery } from '@/data/use-api.ts'
import { BulkDialog } from '@/features/bulk-actions/bulk-dialog.tsx'
import { projectInput } from '@/features/projects/project-input.ts'
import { LabelChip } from './label-chip.tsx'
import type { Label } from './label-list-state.ts'

type Props = { project?: string | undefined; labels: Label[]; onClose: () => void; onDone: () => void }

/** As many ids fit one question to the API; more labels at once are deleted without a count. */
const countedLabels = 20

/** Says how many artifacts lose the labels, where the API can tell: it knows those of one project. */
export default function DeleteLabels({ project, labels, onClose, onDone }: Props) {
  const t = useTranslations('labels.delete')
  const count = labels.length
  const ids = labels.map(({ id }) => id).join(' ')
  const losing = useApiQuery(
    'listArtifactsOfProject',
    {
      ...projectInput(project ?? ''),
      query: { page: 1, page_size: 1, with_tag: false, q: `base=*,labels={${ids}}` },
    },
    { enabled: project !== undefined && count <= countedLabels },
  )
  const artifacts = losing.data?.total
  return (
    <BulkDialog
      title={t('title', { count })}
      rows={labels}
      keyOf={({ id }) => String(id)}
      nameOf={(label) => <LabelChip label={label} />}
      run={({ id = 0 }) => api.call('DeleteLabel', { path: { label_id: id } })}
      changes={['ListLabels', 'listArtifacts', 'getArtifact', 'listArtifactsOfProject']}
      startLabel={t('confirm', { count })}
      danger
      doneNotice={t('done', { count })}
      onClose={onClose}
      onDone={onDone}
    >
      <p>
        {artifacts === undefined || artifacts === null
          ? t('lost', { count })
          : t('lostBy', { count, artifacts })}
      </p>
    </BulkDialog>
  )
}
