'use client'
import { lazy, Suspense } from 'react'
import type { ArtifactDeed } from './artifact-deeds.ts'
import type { Artifact } from './artifact-names.ts'

const dialogs = {
  label: lazy(() => import('@/features/labels/choose-labels.tsx')),
  copy: lazy(() => import('./copy-artifacts.tsx')),
  delete: lazy(() => import('./delete-artifacts.tsx')),
}

type Props = {
  deed: ArtifactDeed
  project: string
  repository: string
  artifacts: Artifact[]
  onClose: () => void
  /** `all`: nothing was left undone. */
  onDone: (all: boolean) => void
}

export default function ArtifactDialog({ deed, ...props }: Props) {
  const Dialog = dialogs[deed]
  return (
    <Suspense>
      <Dialog {...props} />
    </Suspense>
  )
}
