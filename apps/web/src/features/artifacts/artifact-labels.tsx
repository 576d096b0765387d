'use client'
import { Icon, IconButton, useNotify } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiMutation } from '@/data/use-api.ts'
import { useProblem } from '@/features/frame/problem.tsx'
import { LabelChip } from '@/features/labels/label-chip.tsx'
import type { Label } from '@/features/labels/label-list-state.ts'
import { type ArtifactPlace, artifactInput } from './artifact-input.ts'
import type { Artifact } from './artifact-names.ts'

type Props = {
  place: ArtifactPlace
  artifact: Artifact
  /** Opens the choice of labels; false for those who may not change them. */
  onChoose: false | (() => void)
}

/** The labels of one artifact: taken off in place, put on in the dialog. */
export function ArtifactLabels({ place, artifact, onChoose }: Props) {
  const t = useTranslations('labels')
  const notify = useNotify()
  const describe = useProblem()
  const remove = useApiMutation('removeLabel', ['getArtifact', 'listArtifacts'])
  const { labels = [] } = artifact
  const takeOff = ({ id = 0 }: Label) =>
    remove.mutate(
      { path: { ...artifactInput({ ...place, reference: artifact.digest }).path, label_id: id } },
      { onError: (error) => notify('bad', `${describe(error).title}. ${describe(error).detail}`) },
    )
  const going = remove.isPending ? remove.variables?.path.label_id : undefined
  return (
    <section aria-label={t('ofArtifact')} className="flex flex-wrap items-center gap-1.5 text-13">
      <span className="mr-1 text-12 text-ink-3">{t('ofArtifact')}</span>
      {labels.length === 0 && <span className="text-ink-3">{t('unlabelled')}</span>}
      {labels
        .filter(({ id }) => id !== going)
        .map((label) => (
          <LabelChip key={label.id} label={label}>
            {onChoose && (
              <button
                type="button"
                aria-label={t('remove', { name: label.name ?? '' })}
                data-tip={t('remove', { name: label.name ?? '' })}
                onClick={() => takeOff(label)}
                className="-mr-2 flex size-6 shrink-0 items-center justify-center rounded-full text-ink-2 hover:text-ink"
              >
                <Icon name="close" size={12} />
              </button>
            )}
          </LabelChip>
        ))}
      {onChoose && <IconButton size="sm" icon="plus" label={t('choose.action')} onClick={onChoose} />}
    </section>
  )
}
