'use client'
import type { Schemas } from '@berth/contract'
import { ConfirmDialog, useNotify } from '@berth/ui'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { api } from '@/data/use-api.ts'
import type { ArtifactPlace } from '@/features/artifacts/artifact-input.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { artifactPath } from '@/features/repositories/paths.ts'
import { showTags } from './tag-changes.ts'

type Props = {
  /** Names the artifact by digest. */
  place: ArtifactPlace
  /** The tag or digest in the page's address: when that tag goes, the page moves on to the digest. */
  shownTag: string
  tags: Schemas['Tag'][]
  onClose: () => void
  onDone: () => void
}

/** Names the tags that go and says that the artifact stays: this can be mended by tagging again. */
export default function DeleteTags({ place, shownTag, tags, onClose, onDone }: Props) {
  const t = useTranslations('tags')
  const notify = useNotify()
  const router = useRouter()
  const queries = useQueryClient()
  const count = tags.length
  const refresh = () => Promise.all(showTags.map((id) => queries.invalidateQueries({ queryKey: [id] })))
  const remove = useMutation({
    mutationFn: async () => {
      const { project, repository, reference } = place
      for (const { name } of tags) {
        const path = { project_name: project, repository_name: repository, reference, tag_name: name }
        await api.call('deleteTag', { path })
      }
    },
    onError: refresh,
    onSuccess: () => {
      notify('good', t('deleted', { count }))
      onDone()
      if (tags.some(({ name }) => name === shownTag)) {
        router.replace(`${artifactPath(place.project, place.repository, place.reference)}?tab=tags`)
      } else void refresh()
    },
  })
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('deleteTitle', { count })}
      confirmLabel={t('deleteConfirm', { count })}
      busy={remove.isPending}
      onConfirm={() => remove.mutate()}
      error={<ProblemBanner error={remove.error} />}
    >
      <p>{t('deleteLost', { count })}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard */}
      <ul tabIndex={0} className="max-h-40 overflow-y-auto rounded-md bg-sunken px-3 py-2 font-mono text-13">
        {tags.map(({ name }) => (
          <li key={name} className="break-all">
            {name}
          </li>
        ))}
      </ul>
      <p>{t('deleteKept')}</p>
    </ConfirmDialog>
  )
}
