'use client'
import { Skeleton, Tabs } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { lazy, Suspense } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { usePermissions, useProject } from '@/features/projects/use-project.ts'
import { ProjectReadOnlyBanner } from '@/features/read-only/read-only-banners.tsx'
import { artifactPath } from '@/features/repositories/paths.ts'
import { ArtifactHeader } from './artifact-header.tsx'
import { type ArtifactPlace, artifactInput, tabsOf } from './artifact-input.ts'

// What a tab needs comes with the tab.
const ArtifactOverview = lazy(() => import('./artifact-overview.tsx'))
const TagList = lazy(() => import('@/features/tags/tag-list.tsx'))
const BuildHistory = lazy(() => import('./build-history.tsx'))
const Configuration = lazy(() => import('./configuration.tsx'))
const ChartFile = lazy(() => import('./chart-file.tsx'))
const ChartDependencies = lazy(() => import('./chart-dependencies.tsx'))
const ManifestPanel = lazy(() => import('./manifest-panel.tsx'))

/** One artifact: what it is called, what it is made of, how it runs, what was pushed. The tab is in the URL. */
export function ArtifactPage({ place }: { place: ArtifactPlace }) {
  const t = useTranslations('artifacts.page')
  const asked = useSearchParams().get('tab')
  const can = usePermissions(useProject(place.project)?.project_id)
  const artifact = useApiQuery('getArtifact', artifactInput(place)).data?.data
  if (!artifact) return null
  const { tabs, tab } = tabsOf(artifact, asked)
  const path = artifactPath(place.project, place.repository, place.reference)
  return (
    <div className="flex flex-col gap-4">
      <ProjectReadOnlyBanner project={place.project} />
      <ArtifactHeader
        place={place}
        artifact={artifact}
        may={{
          label: can('artifact-label', 'create'),
          copy: can('artifact', 'create'),
          delete: can('artifact', 'delete'),
        }}
      />
      <Tabs
        label={t('tabs')}
        tabs={tabs.map((one) => ({
          label: t(one),
          href: one === 'overview' ? path : `${path}?tab=${one}`,
          current: one === tab,
          count: one === 'tags' ? artifact.tags?.length : undefined,
        }))}
      />
      <Suspense fallback={<Skeleton className="h-60 w-full" />}>
        {tab === 'overview' && <ArtifactOverview place={place} artifact={artifact} />}
        {tab === 'tags' && (
          <TagList
            place={place}
            artifact={artifact}
            mayCreate={can('tag', 'create')}
            mayDelete={can('tag', 'delete')}
          />
        )}
        {(tab === 'readme' || tab === 'values') && <ChartFile place={place} file={tab} />}
        {tab === 'dependencies' && <ChartDependencies place={place} />}
        {tab === 'history' && <BuildHistory place={place} />}
        {tab === 'configuration' && <Configuration place={place} artifact={artifact} />}
        {tab === 'manifest' && <ManifestPanel place={place} />}
      </Suspense>
    </div>
  )
}
